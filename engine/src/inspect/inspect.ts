import { LigaseError, decode } from "@ligase/sdk/values";
import { fromRowText } from "../cache/stored-text.ts";
import type { GateRecord, JobRecord } from "../model/records.ts";
import type { Inspect } from "../ports/inspect.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Store, StoredRun } from "../ports/store.ts";
import { findGate } from "./find-gate.ts";
import { findRun, runId } from "./find-run.ts";
import { eachGateForPeople, eachJob, eachOpenGate } from "./in-pages.ts";
import { lineageOf } from "./lineage.ts";
import { logFiles } from "./log-files.ts";
import { updateIndex, valueNumber } from "./search-index.ts";
import { explain } from "./why.ts";

/** Answers questions about runs from the store. */
export function createInspect(store: Store, files: Pick<FileStore, "getText">): Inspect {
  const run = (beginning: string): StoredRun => findRun(store, beginning);
  const full = (beginning: string): string => runId(store, beginning);
  const text = (row: string): unknown => decode(fromRowText(row, files));
  const job: Inspect["job"] = (id, number) => jobOf(store, full(id), number);
  const gate: Inspect["gate"] = (id, address) => gateOf(store, full(id), address);
  return {
    runs: ({ before, ...filter } = {}) =>
      store.runs.list({ limit: 50, ...filter, ...(before === undefined ? {} : { before: full(before) }) }),
    run,
    value(id) {
      const { valueText } = run(id);
      return valueText === null ? null : text(valueText);
    },
    jobs: (id, filter) => store.jobs.list(full(id), filter),
    eachJob: (id, filter) => eachJob(store, full(id), filter),
    jobCounts: (id) => store.jobs.counts(full(id)),
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
    logFiles,
    decks: (id) => store.jobs.decks(full(id)),
    gates: (id) => (id === undefined ? [...eachOpenGate(store)] : store.gates.list(full(id))),
    eachOpenGate: () => eachOpenGate(store),
    eachGateForPeople: () => eachGateForPeople(store),
    changedForPeople: (since) => store.gates.changedForPeople(since),
    gate,
    decidedBefore: (id, address) => store.gates.decidedBefore(gate(id, address).id),
    votes: (id, address) => store.gates.votes(gate(id, address).id).map(({ decision }) => decision),
    signals: (id) =>
      store.gates
        .signals(full(id))
        .map(({ gateId, address, state, decision }) => ({ gate: gateId, address, state, decision })),
    audit: (id) => store.audit.list(full(id)),
    why: (id, number) => explain(store, job(id, number), text),
    lineage(id, number, direction, limit = 1_000) {
      const call = job(id, number).callNode;
      if (call === null) return { nodes: [], edges: [], isWhole: true };
      return lineageOf(store, files, { call, direction, limit });
    },
    search(wanted, { limit = 50, before = Number.MAX_SAFE_INTEGER } = {}) {
      updateIndex(store, files);
      return store.search.mentioning(valueNumber(wanted), before, limit).flatMap(({ call, isMaker }) => {
        const node = store.calls.get(call);
        return node === null ? [] : [{ call, task: node.task, run: node.runId, job: node.job, isMaker }];
      });
    },
  };
}

function jobOf(store: Store, run: string, number: number): JobRecord {
  const found = store.jobs.get(run, number);
  if (found === null) throw new LigaseError("job-not-found", { run, job: number });
  return found;
}

function gateOf(store: Store, run: string, address: string): GateRecord {
  const found = findGate(store, run, address);
  if (found === null) throw new LigaseError("gate-not-found", { run, gate: address });
  return found;
}
