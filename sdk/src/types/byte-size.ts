import { LigaseError } from "../errors/ligase-error.ts";

type Unit = "B" | "KB" | "MB" | "GB" | "TB" | "PB" | "KiB" | "MiB" | "GiB" | "TiB" | "PiB";

/** An amount of bytes: a number, or text such as `"2 GiB"` (1024³) or `"500 MB"` (1000²). */
export type Size = number | `${number}${Unit}` | `${number} ${Unit}`;

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const DECIMAL = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ...DECIMAL.map((name, power): [string, number] => [name.toLowerCase(), 1000 ** power]),
  ...BINARY.map((name, power): [string, number] => [name.toLowerCase(), 1024 ** power]),
]);

/** Reads an amount of bytes from a number (bytes) or text with a unit. Throws `size-invalid`. */
export function parseSize(input: string | number): number {
  const result = readSize(input);
  if (typeof result === "number") return result;
  throw new LigaseError("size-invalid", { found: String(input), reason: result.reason });
}

/** Like `parseSize`, with the reason as a value where the input is no size. */
export function readSize(input: string | number): number | { readonly reason: string } {
  if (typeof input === "number") return wholeBytes(input);
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(input);
  const [, amount, name] = match ?? [];
  if (amount === undefined || name === undefined) return { reason: "it is not a number with a unit" };
  if (name === "") return { reason: `${amount} has no unit` };
  const unitBytes = UNIT_BYTES.get(name.toLowerCase());
  if (unitBytes === undefined) return { reason: `"${name}" is not a unit of size` };
  return wholeBytes(Math.round(Number(amount) * unitBytes));
}

/** Writes bytes for people, in binary units with at most two decimals: `1_610_612_736` is `"1.5 GiB"`. */
export function formatSize(bytes: number): string {
  let amount = bytes;
  let power = 0;
  // 1023.995 would be shown as 1024.
  while (Math.abs(amount) >= 1023.995 && power < BINARY.length - 1) {
    amount /= 1024;
    power++;
  }
  return `${Number(amount.toFixed(2))} ${BINARY[power] ?? "B"}`;
}

function wholeBytes(value: number): number | { readonly reason: string } {
  if (Number.isSafeInteger(value) && value >= 0) return value === 0 ? 0 : value;
  return { reason: "a number of bytes is whole, not negative and below 2^53" };
}
