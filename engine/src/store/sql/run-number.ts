import type { Prepare } from "./database.ts";

/** The small number by which rows of a run refer to it; 0 when there is no such run. */
export type RunNumber = (runId: string) => number;

/** The last few numbers are kept in `known`. */
export function runNumbers(prepare: Prepare, known: Map<string, number>): RunNumber {
  return (runId) => {
    let number = known.get(runId);
    if (number === undefined) {
      number = Number(prepare("SELECT number FROM run WHERE id = ?").get(runId)?.["number"] ?? 0);
      if (known.size > 1_000) known.clear();
      if (number > 0) known.set(runId, number);
    }
    return number;
  };
}
