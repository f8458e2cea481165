import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { file, task, z } from "ligase";
import { cellsFrom } from "./cells.ts";
import { errorRateOf, probabilityOf, trainOn } from "./logistic-regression.ts";
import { Cell, Feedback, Model } from "./model.ts";

export const collectCells = task(
  {
    name: "collect-cells",
    description: "Cells of all sites, as pathologists have labelled them",
    input: { seed: z.int() },
    output: z.array(Cell),
  },
  ({ seed }) => cellsFrom({ seed, percent: 100, cellsPerSite: 40, miscalibrated: [] }),
);

export const trainModel = task(
  { name: "train-model", input: { cells: z.array(Cell) }, output: Model },
  ({ cells }) => trainOn(cells),
);

export const evaluateModel = task(
  {
    name: "evaluate-model",
    description: "How often the model is wrong about cells that it was not trained on",
    input: { model: Model, cells: z.array(Cell) },
    output: { errorRate: z.number(), page: file(".html") },
  },
  ({ model, cells }, ctx) => {
    const errorRate = errorRateOf(model, cells);
    const probabilities = (isMalignant: boolean) =>
      cells
        .filter((cell) => cell.isMalignant === isMalignant)
        .map((cell) => [cell.area, probabilityOf(model, cell)] as const);
    const page = ctx
      .deck("evaluation")
      .markdown(`# Wrong about ${(100 * errorRate).toFixed(1)} % of ${cells.length} cells`)
      .plot({
        kind: "scatter",
        x: "area of the nucleus, µm²",
        y: "probability of malignant",
        series: [
          { name: "benign", points: probabilities(false) },
          { name: "malignant", points: probabilities(true) },
        ],
      })
      .table([{ bias: model.bias, area: model.weights[0], roughness: model.weights[1] }])
      .file();
    return { errorRate, page };
  },
);

/**
 * Has the model serve a share of the sites: the servers read the file that this writes. It acts on the world, so that no
 * record of another run stands for it, and within a run it is done once.
 */
export const routeTraffic = task(
  {
    name: "route-traffic",
    input: { model: Model, percent: z.int(), serving: z.string() },
    output: z.string(),
    cache: false,
  },
  async ({ model, percent, serving }, ctx) => {
    const route = join(serving, "route.json");
    await mkdir(serving, { recursive: true });
    const written = `${route}.new`;
    await writeFile(written, `${JSON.stringify({ percent, model }, null, 2)}\n`);
    // Whoever reads meanwhile sees the old route or the new one, never half of one.
    await rename(written, route);
    ctx.log.info(`${percent} % of the sites`);
    return route;
  },
);

/** A stand-in for the feedback of the sites: it looks at simulated cells of those that are served. */
export const measureFeedback = task(
  {
    name: "measure-feedback",
    input: {
      model: Model,
      percent: z.int(),
      seed: z.int(),
      miscalibrated: z.array(z.int()),
      worst: z.number(),
    },
    output: Feedback,
    cache: false,
  },
  ({ model, percent, seed, miscalibrated, worst }) => {
    const cells = cellsFrom({ seed, percent, cellsPerSite: 50, miscalibrated });
    const errorRate = errorRateOf(model, cells);
    return { percent, cells: cells.length, errorRate, isGood: errorRate <= worst };
  },
);
