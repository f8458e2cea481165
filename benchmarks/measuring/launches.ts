import { inScratch, runProgram, workflowFile } from "./programs.ts";

/** A run that is timed from its launch to its end. */
export interface Launch {
  /** Name of a workflow or task of the file. */
  readonly name: string;
  readonly args: unknown;
  readonly check: "proof" | "full" | "none";
}

export interface LaunchesInput {
  readonly root: string;
  readonly file: string;
  readonly launches: readonly Launch[];
}

export interface Measured {
  /** Of each launch. */
  readonly seconds: readonly number[];
  /** Highest resident memory of the process. */
  readonly peakBytes: number;
}

/** Runs launches one after another in one engine, in a process of its own, on the store in `root`. */
export const runLaunches = (root: string, file: string, launches: readonly Launch[]): Promise<Measured> =>
  runProgram<Measured>("launches", { root, file: workflowFile(file), launches } satisfies LaunchesInput);

/** The same on a store of its own. */
export const measureLaunches = (file: string, launches: readonly Launch[]): Promise<Measured> =>
  inScratch((root) => runLaunches(root, file, launches));
