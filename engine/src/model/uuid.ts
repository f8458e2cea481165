import { randomFillSync } from "node:crypto";

const random = new Uint8Array(10);
let lastMs = 0;
let counter = 0;

/** A UUIDv7 (RFC 9562): sorts by time, and within a millisecond by the order of making. */
export function uuidv7(nowMs: number): string {
  randomFillSync(random);
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = (random[0] as number) & 0x7f;
  } else counter = (counter + 1) & 0xfff;
  const time = lastMs.toString(16).padStart(12, "0");
  const rest = Buffer.from(random).toString("hex");
  const variant = (0x8 | ((random[2] as number) & 0x3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${variant}${rest.slice(5, 8)}-${rest.slice(8, 20)}`;
}
