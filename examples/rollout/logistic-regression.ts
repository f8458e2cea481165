import type { Cell, Model } from "./model.ts";

type Pair = [number, number];
type Measured = Pick<Cell, "area" | "roughness">;
type Labelled = Measured & Pick<Cell, "isMalignant">;

const ROUNDS = 300;
const LEARNING_RATE = 0.5;

/** Fits a model by gradient descent. */
export function trainOn(cells: readonly Labelled[]): Model {
  const measured = cells.map(measurementsOf);
  const means = eachOf((axis) => mean(measured.map((pair) => pair[axis])));
  const deviations = eachOf((axis) =>
    Math.sqrt(mean(measured.map((pair) => (pair[axis] - means[axis]) ** 2))),
  );
  let model: Model = { bias: 0, weights: [0, 0], means, deviations };
  for (let round = 0; round < ROUNDS; round++) model = improved(model, cells);
  return model;
}

/** The probability that a cell is malignant. */
export function probabilityOf(model: Model, cell: Measured): number {
  const [a, b] = standardised(model, cell);
  return 1 / (1 + Math.exp(-(model.bias + model.weights[0] * a + model.weights[1] * b)));
}

/** The share of the cells that the model takes for what they are not. */
export function errorRateOf(model: Model, cells: readonly Labelled[]): number {
  return mean(cells.map((cell) => (probabilityOf(model, cell) >= 0.5 === cell.isMalignant ? 0 : 1)));
}

function improved(model: Model, cells: readonly Labelled[]): Model {
  const slopes = cells.map((cell) => {
    const error = probabilityOf(model, cell) - (cell.isMalignant ? 1 : 0);
    return { error, inputs: standardised(model, cell) };
  });
  return {
    ...model,
    bias: model.bias - LEARNING_RATE * mean(slopes.map(({ error }) => error)),
    weights: eachOf(
      (axis) =>
        model.weights[axis] - LEARNING_RATE * mean(slopes.map(({ error, inputs }) => error * inputs[axis])),
    ),
  };
}

const measurementsOf = ({ area, roughness }: Measured): Pair => [area, roughness];

function standardised({ means, deviations }: Model, cell: Measured): Pair {
  const measured = measurementsOf(cell);
  return eachOf((axis) => (measured[axis] - means[axis]) / deviations[axis]);
}

const eachOf = (compute: (axis: 0 | 1) => number): Pair => [compute(0), compute(1)];

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
