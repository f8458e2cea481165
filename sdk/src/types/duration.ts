import { LigaseError } from "../errors/ligase-error.ts";

type Unit = "ms" | "s" | "m" | "min" | "h" | "d" | "w";
type Part = `${number}${Unit}` | `${number} ${Unit}`;

/** A span of time: milliseconds as a number, or text such as `"90 s"`, `"2h"`, `"1h30m"`, `"1d 12h"`. */
export type Duration = number | Part | `${Part}${Part}` | `${Part} ${Part}`;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ...unit(1, "ms", "millisecond", "milliseconds"),
  ...unit(1_000, "s", "sec", "second", "seconds"),
  ...unit(60_000, "m", "min", "minute", "minutes"),
  ...unit(3_600_000, "h", "hour", "hours"),
  ...unit(86_400_000, "d", "day", "days"),
  ...unit(604_800_000, "w", "week", "weeks"),
]);

const SHOWN_UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/**
 * Reads a span of time in milliseconds from a number (milliseconds) or text with units, the largest first.
 * Throws `duration-invalid`.
 */
export function parseDuration(input: string | number): number {
  const result = readDuration(input);
  if (typeof result === "number") return result;
  throw new LigaseError("duration-invalid", { found: String(input), reason: result.reason });
}

/** Like `parseDuration`, with the reason as a value where the input is no duration. */
export function readDuration(input: string | number): number | { readonly reason: string } {
  if (typeof input === "number") return wholeMilliseconds(input);
  const parts = [...input.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*/gi)];
  if (input.trim() === "") return { reason: "it is empty" };
  if (parts.map((part) => part[0]).join("") !== input.trimStart())
    return { reason: "it is not a number with a unit" };
  let total = 0;
  let smallest = Infinity;
  for (const [, amount, name] of parts) {
    if (name === "" || name === undefined) return { reason: `${amount} has no unit` };
    const unitMs = UNIT_MS.get(name.toLowerCase());
    if (unitMs === undefined) return { reason: `"${name}" is not a unit of time` };
    if (unitMs >= smallest) return { reason: "units go from the largest to the smallest, each once" };
    smallest = unitMs;
    total += Number(amount) * unitMs;
  }
  return roundedMilliseconds(total);
}

/** Writes milliseconds as text, exactly: `5_400_000` is `"1h 30m"`. Reading it back gives the same number. */
export function formatDuration(durationMs: number): string {
  if (!Number.isSafeInteger(durationMs) || durationMs < 0) return `${durationMs}ms`;
  const parts: string[] = [];
  let rest = durationMs;
  for (const [name, unitMs] of SHOWN_UNITS) {
    const amount = Math.floor(rest / unitMs);
    if (amount > 0) parts.push(`${amount}${name}`);
    rest -= amount * unitMs;
  }
  return parts.length === 0 ? "0ms" : parts.join(" ");
}

function unit(durationMs: number, ...names: string[]): [string, number][] {
  return names.map((name) => [name, durationMs]);
}

function wholeMilliseconds(value: number): number | { readonly reason: string } {
  if (Number.isSafeInteger(value) && value >= 0) return value === 0 ? 0 : value;
  return { reason: "a number of milliseconds is whole and not negative" };
}

/** `1.1h` is not exact in binary: the nearest millisecond is meant. */
function roundedMilliseconds(value: number): number | { readonly reason: string } {
  const rounded = Math.round(value);
  if (rounded === 0 && value > 0) return { reason: "it is shorter than a millisecond" };
  return wholeMilliseconds(rounded);
}
