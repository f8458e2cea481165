import type { Idle } from "../programs/gates/idle.ts";
import { runProgram, workflowFile } from "./programs.ts";

/* What is measured of gates, each in a process of its own: alone, and beside other engines. */

export interface GatesInput {
  readonly root: string;
  readonly file: string;
}

export interface AnswersInput extends GatesInput {
  readonly count: number;
}

/** Seconds of each. */
export interface AnswersMeasured {
  /** From before an answer until the code behind it runs. */
  readonly answers: readonly number[];
  /** A page appended to a file, and `fdatasync`. */
  readonly syncs: readonly number[];
  /** One row inserted by `node:sqlite`, WAL, FULL. */
  readonly commits: readonly number[];
}

export interface ParkInput extends GatesInput {
  readonly runs: number;
  /** So many of them leave memory before anything is looked at. */
  readonly parked: number;
  readonly idleMs: number;
}

/** Seconds, and what the process held when it was ready. */
export interface Opened {
  readonly bytes: number;
  readonly ready: number;
  readonly inbox: number;
  readonly decision: number;
}

export interface WakeInput extends GatesInput {
  /** Runs that are woken one after another. */
  readonly alone: number;
  /** Runs that are woken at once, twice so many in all. */
  readonly together: number;
}

/** Seconds. */
export interface Woken {
  readonly alone: readonly number[];
  readonly inLists: number;
  readonly oneByOne: number;
}

/** Runs that wait and stay in memory at most: the engine parks the others at once, and these after five seconds. */
const HOT = 500;

export const measureAnswers = (root: string, count: number): Promise<AnswersMeasured> =>
  run<AnswersMeasured>("answer-gates", { root, count });

/** `isSmall` does not wait until the last ones have left memory. */
export const parkRuns = (
  root: string,
  { runs, idleMs, isSmall }: { readonly runs: number; readonly idleMs: number; readonly isSmall: boolean },
): Promise<Idle> => {
  const parked = isSmall ? Math.max(0, runs - HOT) : runs;
  return run<Idle>("park-runs", { root, runs, parked, idleMs });
};

/** Uses one gate up. */
export const openGates = (root: string): Promise<Opened> => run<Opened>("open-gates", { root });

export const wakeRuns = (root: string, counts: Pick<WakeInput, "alone" | "together">): Promise<Woken> =>
  run<Woken>("wake-runs", { root, ...counts });

const run = <T>(program: string, input: Readonly<Record<string, unknown>>): Promise<T> =>
  runProgram<T>(program, { ...input, file: workflowFile("gates") }, ["--expose-gc"]);
