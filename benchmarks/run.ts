import { parseArgs } from "node:util";
import { printLine } from "./measuring/print.ts";
import type { Row } from "./measuring/row.ts";
import { gates } from "./rows/gates.ts";
import { install } from "./rows/install.ts";
import { noOp } from "./rows/no-op.ts";
import { queries } from "./rows/queries.ts";
import { queue } from "./rows/queue.ts";
import { recursion } from "./rows/recursion.ts";
import { scripts } from "./rows/scripts.ts";
import { start } from "./rows/start.ts";
import { steps } from "./rows/steps.ts";
import { typeCheck } from "./rows/type-check.ts";
import { width } from "./rows/width.ts";

/*
 * `npm run bench -- [--only NAME] [--json] [--small]`: prints each measure beside its floor, taken in one alternating
 * run. Nothing here asserts a time: machines are noisy, only ratios of one run mean something. What stands beside other
 * engines is in `run-peers.ts`.
 */

const ROWS: readonly Row[] = [
  noOp,
  recursion,
  width,
  queue,
  steps,
  scripts,
  start,
  gates,
  queries,
  install,
  typeCheck,
];

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
    printLine(line, values.json ?? false);
}
