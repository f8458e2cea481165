import type { Line } from "../measuring/row.ts";
import { measureRuns } from "../measuring/runs.ts";
import { measureSteps } from "../measuring/steps.ts";

/** What the programs of the durable engines know to do; each does a tenth of it before the clock starts. */
export type WorkKind = "steps" | "one-by-one" | "at-once";

interface DurableWork {
  readonly work: WorkKind;
  readonly name: string;
  readonly unit: string;
  readonly durability: Line["durability"];
  /** Seconds that Ligase takes. */
  readonly ours: (count: number) => Promise<number>;
}

/**
 * The work that is done beside durable engines. Steps that are cached are NORMAL, written in groups, for losing one only
 * computes it again; those that are computed once per run are each FULL, as start and end of a run are.
 */
export const DURABLE_WORK: readonly DurableWork[] = [
  {
    work: "steps",
    name: "steps of one run in sequence, each on the disk before the next",
    unit: "steps/s",
    durability: "FULL",
    ours: (count) => measureSteps("steps-durable", count),
  },
  {
    work: "steps",
    name: "steps of one run in sequence, cached",
    unit: "steps/s",
    durability: "NORMAL",
    ours: (count) => measureSteps("steps-light", count),
  },
  {
    work: "one-by-one",
    name: "runs of one step, one after another",
    unit: "runs/s",
    durability: "FULL",
    ours: (count) => measureRuns(count, false),
  },
  {
    work: "at-once",
    name: "runs of one step, all at once",
    unit: "runs/s",
    durability: "FULL",
    ours: (count) => measureRuns(count, true),
  },
];
