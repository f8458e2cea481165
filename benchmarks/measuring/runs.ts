import { inScratch, runProgram, workflowFile } from "./programs.ts";

export interface RunsInput {
  readonly root: string;
  readonly file: string;
  readonly runs: number;
  /** All are launched at once, or each when the one before has ended. */
  readonly atOnce: boolean;
}

/** Seconds for so many runs of one step in a warm engine. Start and end of each run are durable, FULL. */
export const measureRuns = (runs: number, atOnce: boolean): Promise<number> =>
  inScratch((root) => {
    const input: RunsInput = { root, file: workflowFile("steps"), runs, atOnce };
    return runProgram<number>("runs", input);
  });
