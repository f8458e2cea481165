import { LigaseError, decode } from "@ligase/sdk/values";
import { fromRowText } from "../cache/stored-text.ts";
import type { Inspect } from "../ports/engine.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Store, StoredRun } from "../ports/store.ts";
import { findRun, runId } from "./find-run.ts";
import { explain } from "./why.ts";

/** Answers questions about runs from the store. */
export function createInspect(store: Store, files: Pick<FileStore, "getText">): Inspect {
  const run = (beginning: string): StoredRun => findRun(store, beginning);
  const full = (beginning: string): string => runId(store, beginning);
  const text = (row: string): unknown => decode(fromRowText(row, files));
  const job: Inspect["job"] = (id, number) => {
    const found = store.jobs.get(full(id), number);
    if (found === null) throw new LigaseError("job-not-found", { run: id, job: number });
    return found;
  };
  return {
    runs: (filter = {}) => store.runs.list({ limit: 50, ...filter }),
    run,
    value(id) {
      const { valueText } = run(id);
      return valueText === null ? null : text(valueText);
    },
    jobs: (id) => store.jobs.list(full(id)),
    job,
    jobData(id, number) {
      const { callNode } = job(id, number);
      const node = callNode === null ? null : store.calls.get(callNode);
      return {
        args: node === null ? null : text(node.args),
        value: node?.value == null ? null : text(node.value),
      };
    },
    attempts: (id, number) => store.jobs.attempts(full(id), number),
    decks: (id) => store.jobs.decks(full(id)),
    gates: (id) => store.gates.list(id === undefined ? null : full(id)),
    why: (id, number) => explain(store, job(id, number), text),
  };
}
