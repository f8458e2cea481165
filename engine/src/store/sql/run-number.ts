import type { Prepare } from "../sqlite.ts";

/** Rows of a run refer to it by its small number; the last few are remembered. */
export function runNumbers(prepare: Prepare): (runId: string) => number {
  const known = new Map<string, number>();
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
