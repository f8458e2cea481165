import { LigaseError } from "@ligase/sdk";
import { decode } from "@ligase/sdk/internal";
import { fromRowText } from "./cache/stored-text.ts";
import type { Inspect } from "./engine-api.ts";
import type { FileStore } from "./ports/file-store.ts";
import type { Store, StoredRun } from "./ports/store.ts";
import { explain } from "./why.ts";

/** The run whose id begins so. Throws `run-not-found`, `run-not-unique`. */
export function findRun(store: Store, beginning: string): StoredRun {
  const [id, other] = store.runs.find(beginning);
  if (id === undefined || beginning === "") throw new LigaseError("run-not-found", { run: beginning });
  if (other !== undefined) throw new LigaseError("run-not-unique", { run: beginning });
  return store.runs.get(id) as StoredRun;
}

/** Answers questions about runs from the store. */
export function createInspect(store: Store, files: Pick<FileStore, "getText">): Inspect {
  const run = (id: string): StoredRun => findRun(store, id);
  const text = (row: string): unknown => decode(fromRowText(row, files as FileStore));
  const job: Inspect["job"] = (id, number) => {
    const found = store.jobs.get(run(id).id, number);
    if (found === null) throw new LigaseError("job-not-found", { run: id, job: number });
    return found;
  };
  return {
    runs: (filter = {}) => store.runs.list({ limit: 50, ...filter }),
    run,
    value(id) {
      const { valueText } = run(id);
      return valueText === null ? null : decode(valueText);
    },
    jobs: (id) => store.jobs.list(run(id).id),
    job,
    jobData(id, number) {
      const { callNode } = job(id, number);
      const node = callNode === null ? null : store.calls.get(callNode);
      return { args: node === null ? null : text(node.args), value: node?.value == null ? null : text(node.value) };
    },
    attempts: (id, number) => store.jobs.attempts(run(id).id, number),
    decks: (id) => store.jobs.decks(run(id).id),
    gates: (id) => store.gates.list(id === undefined ? null : run(id).id),
    why: (id, number) => explain(store, job(id, number), text),
  };
}
