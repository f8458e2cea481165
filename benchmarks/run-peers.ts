import { parseArgs } from "node:util";
import { printLine } from "./measuring/print.ts";
import type { Row } from "./measuring/row.ts";
import { dbos } from "./peers/dbos/dbos.ts";
import { gates } from "./peers/gates.ts";
import { redun } from "./peers/redun/redun.ts";
import { restate } from "./peers/restate/restate.ts";
import { snakemake } from "./peers/snakemake/snakemake.ts";

/*
 * `npm run bench:peers -- [--only NAME] [--json] [--pairs N] [--small]`: Ligase and other engines in turns, on the same
 * work. The peers are installed by package managers in a folder outside the repository when they are first needed.
 */

const PEERS: readonly Row[] = [redun, snakemake, dbos, restate, gates];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "boolean" },
    pairs: { type: "string", default: "5" },
    small: { type: "boolean" },
  },
});
const pairs = Number(values.pairs);
const peers = PEERS.filter((peer) => values.only === undefined || peer.name === values.only);
if (peers.length === 0)
  end(`No measure is named "${values.only}". Known: ${PEERS.map((peer) => peer.name).join(", ")}.`);
if (!Number.isInteger(pairs) || pairs < 1) end(`--pairs takes a number from 1; it got "${values.pairs}".`);

for (const peer of peers) {
  for await (const line of peer.run({ isSmall: values.small ?? false, pairs }))
    printLine(line, values.json ?? false);
}

function end(message: string): never {
  console.error(message);
  process.exit(2);
}
