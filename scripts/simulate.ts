// Simulates the engine with everything around it, one seed after another: `npm run simulate -- --seeds 10000`.
//   --seeds N     so many seeds (1000)          --from S      beginning with this one (1)
//   --seed S      one seed, with its trace      --verbose     its whole trace
//   --only AREA   faults of one area alone
//   --planted     plants faults in copies of the engine, and finds them; with --name, those that are called so
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { AREAS, type Area } from "../testkit/src/simulator/faults.ts";
import { minimise } from "../testkit/src/simulator/minimise.ts";
import { PLANTED_FAULTS } from "../testkit/src/simulator/planted-faults.ts";
import { findPlanted } from "../testkit/src/simulator/find-planted.ts";
import { simulateSeeds } from "../testkit/src/simulator/simulate-seeds.ts";

/** Lines of a trace that are shown, and seeds that are looked at, unless told otherwise. */
const SHOWN_LINES = 30;
const SHOWN_SEEDS = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    only: { type: "string" },
    verbose: { type: "boolean", default: false },
    planted: { type: "boolean", default: false },
    name: { type: "string" },
  },
});

const areas = areasOf(values.only);
if (values.planted) await showPlanted();
else if (values.seed === undefined) await showSeeds();
else await showSeed(Number(values.seed));

function areasOf(only: string | undefined): readonly Area[] {
  const all = Object.keys(AREAS) as Area[];
  if (only === undefined) return all;
  const chosen = all.filter((area) => area === only);
  if (chosen.length > 0 || only === "none") return chosen;
  console.error(`There is no area ${only}; there are none, ${all.join(", ")}.`);
  process.exit(2);
}

async function showSeeds(): Promise<void> {
  const workers = availableParallelism();
  const result = await simulateSeeds({
    from: Number(values.from),
    count: Number(values.seeds),
    areas,
    workers,
  });
  for (const { seed, what } of result.broken) console.log(`seed ${seed}: ${what.split("\n")[0]}`);
  for (const { seed } of result.broken.slice(0, SHOWN_SEEDS)) await showSeed(seed);
  const perSecond = Math.round((result.seeds * 1_000) / result.wallMs);
  console.log(
    `${result.seeds} seeds, ${perSecond} a second; ${result.executions} jobs in ${result.steps} steps; ${result.broken.length} broke a rule`,
  );
  if (result.broken.length > 0) process.exitCode = 1;
}

async function showSeed(seed: number): Promise<void> {
  const { off, result, trace } = await minimise(seed, areas);
  const needed = result.faults.filter((fault) => !off.has(fault));
  const lines = values.verbose ? trace : trace.slice(-SHOWN_LINES);
  console.log(`\n== seed ${seed}, with ${needed.length === 0 ? "no faults" : needed.join(", ")}`);
  for (const line of lines) console.log(line);
  console.log(result.broken === null ? "every rule holds" : result.broken.message);
  if (result.broken !== null) process.exitCode = 1;
}

async function showPlanted(): Promise<void> {
  let missed = 0;
  const faults = PLANTED_FAULTS.filter(({ name }) => name.includes(values.name ?? ""));
  for await (const { fault, found } of findPlanted({ areas, workers: availableParallelism(), faults })) {
    if (found === null) missed++;
    const said = found === null ? "NOT FOUND" : `seed ${found.seed}: ${found.what.split("\n")[0]}`;
    console.log(`${fault.name}\n  ${said}`);
  }
  console.log(missed === 0 ? "all were found" : `${missed} were not found`);
  if (missed > 0) process.exitCode = 1;
}
