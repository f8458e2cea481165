import { parseArgs } from "node:util";
import type { Line, Row } from "./row.ts";
import { noOp } from "./rows/no-op.ts";
import { recursion } from "./rows/recursion.ts";
import { width } from "./rows/width.ts";

/*
 * `npm run bench -- [--only NAME] [--json] [--small]`: prints each measure beside its floor or peer, taken in one
 * alternating run. Nothing here asserts a time: machines are noisy, only ratios of one run mean something.
 */

const ROWS: readonly Row[] = [noOp, recursion, width];

const { values } = parseArgs({
  options: { only: { type: "string" }, json: { type: "boolean" }, small: { type: "boolean" } },
});
const rows = ROWS.filter((row) => values.only === undefined || row.name === values.only);
if (rows.length === 0) {
  console.error(`No benchmark is named "${values.only}". Known: ${ROWS.map((row) => row.name).join(", ")}.`);
  process.exit(2);
}
for (const row of rows) {
  for await (const line of row.run({ isSmall: values.small ?? false, pairs: values.small === true ? 1 : 5 }))
    print(line);
}

function print(line: Line): void {
  if (values.json === true) return console.log(JSON.stringify(line));
  const value = `${line.value.toLocaleString("en")} ${line.unit}`;
  const beside =
    line.peer === null ? "" : `${line.peer}: ${line.peerValue?.toLocaleString("en")}   ratio ${line.ratio}`;
  console.log(`${line.name.padEnd(58)} ${value.padStart(18)}   ${beside}`);
}
