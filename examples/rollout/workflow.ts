/**
 * A model on its way into service: it is trained and evaluated; two people who did not launch the run look at the
 * evaluation and approve; then it serves 5, 25 and 100 % of the sites, and after each step, when some time has passed, its
 * errors are measured. When these are too many, it is rolled back. While people think and time passes, the run needs no
 * process.
 *
 *     ligase run examples/rollout/workflow.ts release-model
 *     ligase run examples/rollout/workflow.ts release-model --miscalibrated 4
 */
import {
  type Lazy,
  add,
  after,
  approve,
  concat,
  cond,
  duration,
  eq,
  format,
  lookup,
  mul,
  not,
  or,
  repeat,
  round,
  sleep,
  workflow,
  z,
} from "ligase";
import { Feedback, Model } from "./model.ts";
import { collectCells, evaluateModel, measureFeedback, routeTraffic, trainModel } from "./tasks.ts";

const steps = [5, 25, 100];

const Traffic = z.object({
  seed: z.int(),
  miscalibrated: z.array(z.int()),
  worst: z.number(),
  soak: duration(),
  serving: z.string(),
});

/** Lets the model serve a share of the sites for a while, and measures how it does. */
const serveShare = workflow(
  { name: "serve-share", input: { model: Model, percent: z.int(), traffic: Traffic }, output: Feedback },
  ({ model, percent, traffic: { seed, miscalibrated, worst, soak, serving } }) => {
    const routed = routeTraffic({ model, percent, serving });
    const soaked = after(routed, () => sleep(soak, { name: "soak" }));
    return after(soaked, () => measureFeedback({ model, percent, seed, miscalibrated, worst }));
  },
);

interface Progress {
  readonly isGood: boolean;
  readonly feedback: readonly Feedback[];
}

/** Step by step as long as the feedback is good; then all the way back, or done. */
const rollOut = workflow(
  { name: "roll-out", input: { model: Model, traffic: Traffic } },
  ({ model, traffic }) => {
    const { isGood, feedback } = repeat<Progress>(
      { isGood: true, feedback: [] },
      (before, step) => {
        const measured = serveShare({ model, percent: lookup(steps, step), traffic });
        return { isGood: measured.isGood, feedback: concat(before.feedback, [measured]) };
      },
      (progress, step) => or(not(progress.isGood), eq(step, steps.length - 1)),
    );
    const rollBack = (): Lazy<string> => routeTraffic({ model, percent: 0, serving: traffic.serving });
    return {
      outcome: cond(
        isGood,
        () => "released",
        () => after(rollBack(), () => "rolled back"),
      ),
      feedback,
    };
  },
);

export const releaseModel = workflow(
  {
    name: "release-model",
    description: "Trains a model, has two people approve it, and rolls it out in steps",
    input: {
      seed: z.int().default(7).describe("Of the simulated cells"),
      miscalibrated: z
        .array(z.int().min(1).max(20))
        .default([])
        .describe("Sites whose microscope measures too large"),
      soak: duration().prefault("10s").describe("How long a step is left before it is measured"),
      serving: z.string().default("serving").describe("Folder that the servers read the route from"),
    },
  },
  ({ seed, miscalibrated, soak, serving }) => {
    const model = trainModel({ cells: collectCells({ seed }) });
    const { errorRate, page } = evaluateModel({ model, cells: collectCells({ seed: add(seed, 1) }) });
    const approved = approve(model, {
      name: "release",
      question: format`It is wrong about ${round(mul(errorRate, 100))} % of new cells. Roll it out?`,
      show: [page],
      quorum: 2,
      notLauncher: true,
      timeout: "7d",
    });
    const worst = add(errorRate, 0.05);
    const traffic = { seed: add(seed, 2), miscalibrated, worst, soak, serving };
    return rollOut({ model: approved, traffic });
  },
);
