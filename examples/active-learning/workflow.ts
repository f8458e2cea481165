/**
 * Learning from few labels: workers outside label the cells that the model is least sure of; with these labels the next
 * cells are chosen, and so on: a workflow that calls itself, round after round. While nobody labels, nothing runs.
 *
 *     ligase run examples/active-learning/workflow.ts active-learning --no-wait
 */
import { type Lazy, add, concat, cond, count, gt, map, sub, workflow, z } from "ligase";
import { Cell, LabelledCell } from "./model.ts";
import { chooseCells, collectCells, labelCell, measureErrors, trainModel } from "./tasks.ts";

/** The cells labelled so far and those of more rounds. */
const labelMore = workflow(
  {
    name: "label-more",
    input: { labelled: z.array(LabelledCell), pool: z.array(Cell), rounds: z.int(), perRound: z.int() },
    output: z.array(LabelledCell),
  },
  ({ labelled, pool, rounds, perRound }): Lazy<LabelledCell[]> =>
    cond(
      gt(rounds, 0),
      () => {
        const { chosen, rest } = chooseCells({ labelled, pool, count: perRound });
        const fresh = map(chosen, (cell) => {
          const { isMalignant } = labelCell({ cell });
          return { id: cell.id, area: cell.area, roughness: cell.roughness, isMalignant };
        });
        return labelMore({
          labelled: concat(labelled, fresh),
          pool: rest,
          rounds: sub(rounds, 1),
          perRound,
        });
      },
      () => labelled,
    ),
);

export const activeLearning = workflow(
  {
    name: "active-learning",
    description: "Trains a model with labels of the cells that tell it most",
    input: {
      seed: z.int().default(7).describe("Of the simulated cells"),
      rounds: z.int().min(1).default(4),
      perRound: z.int().min(2).default(8).describe("Cells that are labelled in a round"),
    },
  },
  ({ seed, rounds, perRound }) => {
    const labelled = labelMore({ labelled: [], pool: collectCells({ seed }), rounds, perRound });
    const model = trainModel({ labelled });
    return {
      labels: count(labelled),
      errorRate: measureErrors({ model, seed: add(seed, 1) }),
      model,
    };
  },
);
