import { external, task, z } from "ligase";
import { cellsFrom } from "../rollout/cells.ts";
import { errorRateOf, probabilityOf, trainOn } from "../rollout/logistic-regression.ts";
import { Model } from "../rollout/model.ts";
import { Cell, Label, LabelledCell } from "./model.ts";

/** Whoever labels cells, a person at a microscope or a program, pulls them by the topic and completes them. */
export const labelCell = external({
  name: "label-cell",
  topic: "cells",
  description: "Is this cell malignant?",
  input: { cell: Cell },
  output: Label,
  timeout: "7d",
});

export const collectCells = task(
  {
    name: "collect-cells",
    description: "Cells that nobody has labelled",
    input: { seed: z.int() },
    output: z.array(Cell),
  },
  ({ seed }) => simulated(seed).map(({ id, area, roughness }) => ({ id, area, roughness })),
);

export const chooseCells = task(
  {
    name: "choose-cells",
    description: "Chooses the cells that a model of those labelled so far is least sure of",
    input: { labelled: z.array(LabelledCell), pool: z.array(Cell), count: z.int() },
    output: { chosen: z.array(Cell), rest: z.array(Cell) },
  },
  ({ labelled, pool, count }) => {
    if (labelled.length === 0) return { chosen: pool.slice(0, count), rest: pool.slice(count) };
    const model = trainOn(labelled);
    const sureness = (cell: Cell) => Math.abs(probabilityOf(model, cell) - 0.5);
    const sorted = pool.toSorted((a, b) => sureness(a) - sureness(b));
    return { chosen: sorted.slice(0, count), rest: sorted.slice(count) };
  },
);

export const trainModel = task(
  { name: "train-model", input: { labelled: z.array(LabelledCell) }, output: Model },
  ({ labelled }) => trainOn(labelled),
);

export const measureErrors = task(
  {
    name: "measure-errors",
    description: "How often the model is wrong about cells of another day",
    input: { model: Model, seed: z.int() },
    output: z.number(),
  },
  ({ model, seed }) => errorRateOf(model, simulated(seed)),
);

/** A day's cells with the truth about them, in the order in which they were seen. */
export function simulated(seed: number): LabelledCell[] {
  const cells = cellsFrom({ seed, percent: 100, cellsPerSite: 10, miscalibrated: [] });
  return cells.map(({ area, roughness, isMalignant }, index) => ({
    id: `c${index + 1}`,
    area,
    roughness,
    isMalignant,
  }));
}
