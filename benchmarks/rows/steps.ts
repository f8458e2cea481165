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
 * Row 6: steps one after another beside a bare loop of one transaction of four rows per step. A run cannot ask yet for
 * each of its steps to be durable before the next begins: its steps are written NORMAL, in groups. What is FULL is
 * the start and the end of a run, so runs of one step stand for steps that are FULL.
 */
export const steps: Row = {
  name: "steps",
  async *run(size) {
    const count = size.isSmall ? 200 : 5_000;
    for (const [name, where] of [
      ["steps-light", "inline"],
      ["steps-pooled", "process pool"],
    ] as const) {
      const beside = await alternate(
        size.pairs,
        () => measureSteps(name, count),
        () => measureBareLoop(count, "NORMAL"),
      );
      const named = {
        name: `${count} steps of one run in sequence, ${where}, written in groups`,
        unit: "steps/s",
        durability: "NORMAL",
        peer: "bare loop, a NORMAL commit per step",
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
