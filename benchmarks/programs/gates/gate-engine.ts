import type { Moments } from "./moments.ts";

/** An engine whose runs wait for an answer each and then do one recorded step: Ligase, or another that is measured as it is. */
export interface GateEngine {
  /** Starts runs of these numbers; resolves when each of them waits. */
  start(runs: readonly number[]): Promise<void>;
  /** Answers a run; resolves when the engine has taken the answer. */
  answer(run: number): Promise<void>;
  /** The code behind the answer runs. */
  readonly resumed: Moments;
  readonly ended: Moments;
}

/** So many at most are started, or answered, at the same time. */
const AT_ONCE = 100;

/** Does something for each run, some at a time. */
export async function forEachRun(
  runs: readonly number[],
  act: (run: number) => Promise<unknown>,
): Promise<void> {
  const left = runs.values();
  const takeTurns = async (): Promise<void> => {
    for (const run of left) await act(run);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
}

export const numbersFrom = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index);
