import { join } from "node:path";
import { alternate } from "../measuring/alternate.ts";
import { rateLine } from "../measuring/lines.ts";
import { inScratch, runProgram } from "../measuring/programs.ts";
import type { Row } from "../measuring/row.ts";
import { measureRuns } from "../measuring/runs.ts";
import { measureSteps } from "../measuring/steps.ts";

export interface BareStepsInput {
  readonly path: string;
  readonly steps: number;
  readonly durability: "NORMAL" | "FULL";
}

/**
 * Row 6: steps one after another beside a bare loop of one transaction of four rows per step. What is cached is written
 * NORMAL, in groups, for losing it only computes it again; each step of `cache: false` is on the disk before the next
 * begins, and so are the start and the end of a run.
 */
export const steps: Row = {
  name: "steps",
  async *run(size) {
    const count = size.isSmall ? 200 : 5_000;
    for (const [name, how, durability] of [
      ["steps-light", "inline, written in groups", "NORMAL"],
      ["steps-pooled", "process pool, written in groups", "NORMAL"],
      ["steps-durable", "inline, each on the disk before the next", "FULL"],
    ] as const) {
      const beside = await alternate(
        size.pairs,
        () => measureSteps(name, count),
        () => measureBareLoop(count, durability),
      );
      const named = {
        name: `${count} steps of one run in sequence, ${how}`,
        unit: "steps/s",
        durability,
        peer: `bare loop, a ${durability} commit per step`,
      } as const;
      yield rateLine(named, count, beside);
    }
    const runs = size.isSmall ? 20 : 1_000;
    for (const [atOnce, order] of [
      [false, "one after another"],
      [true, "at once"],
    ] as const) {
      const beside = await alternate(
        size.pairs,
        () => measureRuns(runs, atOnce),
        () => measureBareLoop(runs, "FULL"),
      );
      const named = {
        name: `${runs} runs of one step ${order}, start and end of each durable`,
        unit: "runs/s",
        durability: "FULL",
        peer: "bare loop, one FULL commit per run",
      } as const;
      yield rateLine(named, runs, beside);
    }
  },
};

const measureBareLoop = (count: number, durability: BareStepsInput["durability"]): Promise<number> =>
  inScratch((root) => {
    const input: BareStepsInput = { path: join(root, "floor.db"), steps: count, durability };
    return runProgram<number>("bare-steps", input);
  });
