import { join } from "node:path";
import { runProgram } from "./programs.ts";

/** One piece of work of the floor: `tasks` of them, numbered from `from`. */
export interface FloorWork {
  readonly kind: "record" | "look-up";
  readonly from: number;
  readonly tasks: number;
}

export interface FloorInput {
  readonly path: string;
  readonly work: readonly FloorWork[];
}

/** Does the work of the floor one after another in a process of its own; seconds of each. */
export const runFloor = (root: string, work: readonly FloorWork[]): Promise<readonly number[]> =>
  runProgram<readonly number[]>("floor", { path: join(root, "floor.db"), work } satisfies FloorInput);
