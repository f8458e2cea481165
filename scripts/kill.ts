// Kills runs and cuts their disk from power: `npm run kill -- [--kills 10000] [--seed N] [--only
// process|gates|disk|power|postgres] [--json]`. Ends with 1 at the first broken promise. What is promised, and what is done here: docs/reliability.md.
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { campaign, describeBroken, type Finished, type Way } from "../testkit/src/kill/campaign.ts";

/** Which part of the deaths is made in which way. */
const SHARES: Readonly<Record<Way, number>> = {
  process: 0.3,
  gates: 0.3,
  disk: 0.1,
  power: 0.15,
  postgres: 0.15,
};
const NAMES: Readonly<Record<Way, string>> = {
  process: "kills",
  gates: "kills while people decide",
  disk: "kills on a full disk",
  power: "power cuts",
  postgres: "kills, cut connections and crashes on Postgres",
};

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const ways = Object.keys(SHARES) as Way[];
const only = ways.find((way) => way === values.only);
if (values.only !== undefined && only === undefined) {
  console.error(`--only takes ${ways.join(", ")}; it was given "${values.only}".`);
  process.exit(2);
}
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const kills = Number(values.kills);
if (!values.json) console.log(`seed ${seed}`);
for (const way of only === undefined ? ways : [only]) {
  const deaths = Math.ceil(only === undefined ? kills * SHARES[way] : kills);
  if (!(await isKept(way, deaths))) process.exit(1);
}

async function isKept(way: Way, deaths: number): Promise<boolean> {
  const start = performance.now();
  let made = 0;
  const runs = await campaign({
    way,
    deaths,
    seed,
    lanes: availableParallelism(),
    onRun(run) {
      made += run.deaths;
      if (values.json) console.log(JSON.stringify(run));
      else if (process.stderr.isTTY) process.stderr.write(`\r${way}: ${made} of ${deaths}`);
    },
  });
  const broken = runs.filter((run) => run.broken.length > 0);
  if (!values.json) {
    console.log(summary(way, runs, performance.now() - start));
    for (const run of broken) console.error(describeBroken(run));
  }
  return broken.length === 0;
}

function summary(way: Way, runs: readonly Finished[], tookMs: number): string {
  const deaths = runs.reduce((sum, run) => sum + run.deaths, 0);
  const left = new Map<string, number>();
  for (const run of runs)
    for (const [what, count] of Object.entries(run.left)) left.set(what, (left.get(what) ?? 0) + count);
  const things = [...left]
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `\n  left behind: ${count} ${what}`);
  const done = new Map<string, number>();
  for (const run of runs)
    for (const [what, count] of Object.entries(run.done ?? {})) done.set(what, (done.get(what) ?? 0) + count);
  const kinds = [...done].map(([what, count]) => `\n  ${count} ${what}`);
  const seconds = Math.round(tookMs / 1000);
  return [`${deaths} ${NAMES[way]} in ${runs.length} runs, ${seconds} s`, ...kinds, ...things].join("");
}
