import type { Line } from "./row.ts";

/** Prints a line as it comes: for people, or as one line of JSON. */
export function printLine(line: Line, asJson: boolean): void {
  if (asJson) return console.log(JSON.stringify(line, FIELDS));
  const value = `${shown(line.value)} ${line.unit}`;
  const beside = line.peer === null ? "" : `${line.peer}: ${shown(line.peerValue)}   ratio ${line.ratio}`;
  console.log(`${line.name.padEnd(66)} ${value.padStart(18)} ${line.durability.padEnd(6)}   ${beside}`);
}

/** In this order, whichever way a line was put together. */
const FIELDS = ["name", "value", "unit", "durability", "peer", "peerValue", "ratio"];

const shown = (value: number | null): string =>
  value?.toLocaleString("en", { maximumSignificantDigits: 6 }) ?? "";
