import { besideOf } from "../measuring/alternate.ts";
import { runFloor } from "../measuring/floor.ts";
import { rateLine } from "../measuring/lines.ts";
import { runLaunches } from "../measuring/launches.ts";
import { inScratch } from "../measuring/programs.ts";
import type { Line, Row } from "../measuring/row.ts";

/**
 * Rows 1 and 2: no-op tasks with full provenance, computed and replayed, as a share of the floor. Of each there are two
 * figures. "First run": a process that has done nothing before, on both sides. "Warm engine": the second, different
 * workload of the same width in one engine, and the same on the floor: parser, pool and compiled code are there.
 */
export const noOp: Row = {
  name: "no-op",
  async *run(size) {
    for (const tasks of size.isSmall ? [1_000] : [1_000, 10_000, 100_000])
      for (const plan of [INLINE, POOLED]) yield* compare(plan, tasks, size.pairs);
  },
};

/** Seconds by what was done. */
type Seconds = Readonly<Record<string, number | undefined>>;

interface Plan {
  readonly ours: (tasks: number) => Promise<Seconds>;
  /** What is measured, and what of the floor it stands beside. */
  readonly lines: readonly (readonly [name: string, floor: string])[];
}

const INLINE: Plan = {
  ours: measureInline,
  lines: [
    ["inline, cold, first run", "recordFirst"],
    ["inline, cold, warm engine", "recordWarm"],
    ["replay, every call looked up, first run", "lookUpFirst"],
    ["replay, every call looked up, warm engine", "lookUpWarm"],
    ["replay, subtree proof, first run", "lookUpFirst"],
  ],
};

const POOLED: Plan = {
  ours: measurePooled,
  lines: [
    ["process pool, cold, first run", "recordFirst"],
    ["process pool, cold, warm engine", "recordWarm"],
  ],
};

async function* compare({ ours, lines }: Plan, tasks: number, pairs: number): AsyncIterable<Line> {
  const taken: (readonly [Seconds, Seconds])[] = [];
  for (let pair = 0; pair < pairs; pair++) taken.push([await ours(tasks), await measureFloor(tasks)]);
  for (const [name, floor] of lines)
    yield rateLine(
      { name: `${tasks} no-op tasks, ${name}`, unit: "tasks/s", durability: "NORMAL", peer: "floor" },
      tasks,
      besideOf(taken.map(([our, bare]) => [our[name] ?? Number.NaN, bare[floor] ?? Number.NaN])),
    );
}

function measureInline(tasks: number): Promise<Seconds> {
  return inScratch(async (root) => {
    const [one, other] = argumentsOf(tasks);
    const run = async (...checks: readonly (readonly [object, "none" | "full" | "proof"])[]) => {
      const launches = checks.map(([args, check]) => ({ name: "fan-out-light", args, check }));
      return (await runLaunches(root, "no-op", launches)).seconds;
    };
    const [first, warm] = await run([one, "none"], [other, "none"]);
    const [lookUpFirst, lookUpWarm] = await run([one, "full"], [other, "full"]);
    const [proof] = await run([one, "proof"]);
    return {
      "inline, cold, first run": first,
      "inline, cold, warm engine": warm,
      "replay, every call looked up, first run": lookUpFirst,
      "replay, every call looked up, warm engine": lookUpWarm,
      "replay, subtree proof, first run": proof,
    };
  });
}

function measurePooled(tasks: number): Promise<Seconds> {
  return inScratch(async (root) => {
    const launches = argumentsOf(tasks).map((args) => ({
      name: "fan-out-pooled",
      args,
      check: "none" as const,
    }));
    const [first, warm] = (await runLaunches(root, "no-op", launches)).seconds;
    return { "process pool, cold, first run": first, "process pool, cold, warm engine": warm };
  });
}

function measureFloor(tasks: number): Promise<Seconds> {
  return inScratch(async (root) => {
    const both = (kind: "record" | "look-up") =>
      argumentsOf(tasks).map(({ from }) => ({ kind, from, tasks }));
    const [recordFirst, recordWarm] = await runFloor(root, both("record"));
    const [lookUpFirst, lookUpWarm] = await runFloor(root, both("look-up"));
    return { recordFirst, recordWarm, lookUpFirst, lookUpWarm };
  });
}

/** Two workloads of the same width that have no task in common. */
const argumentsOf = (width: number) =>
  [
    { from: 0, width },
    { from: width, width },
  ] as const;
