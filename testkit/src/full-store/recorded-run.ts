import { encode, hashText } from "@ligase/sdk/values";
import type { DecisionRecord, GateRecord, JobRow, Store } from "@ligase/engine/testing";

interface Place {
  readonly number: number;
  readonly parent: number | null;
}

type WrittenEdge = readonly [path: string, source: number | string, sourcePath?: string];

interface Call {
  readonly args: unknown;
  readonly value: unknown;
  readonly executor: string | null;
  readonly edges: readonly WrittenEdge[];
  readonly valueEdges?: readonly WrittenEdge[];
  /** Hash of a template. */
  readonly first?: string;
}

/** Code of all tasks changes each so many runs. */
const CODE_CHANGES = 100;
const RETRIED_EACH = 50;
const ERROR = { kind: "user", name: "Error", message: "too few reads" } as const;

/** Writes rows of a run as the engine does. */
export class RecordedRun {
  readonly #store: Store;
  readonly #run: { readonly index: number; readonly id: string; readonly startMs: number };
  #lastJob = 0;
  #hasOpenGate = false;

  constructor(store: Store, run: { readonly index: number; readonly id: string; readonly startMs: number }) {
    this.#store = store;
    this.#run = run;
  }

  nextJob(): number {
    return ++this.#lastJob;
  }

  get waitsForGates(): boolean {
    return this.#hasOpenGate;
  }

  /** Gives the number of its call. */
  job(task: string, place: Place, call: Call): number {
    const { calls } = this.#store;
    const args = encode(call.args, { locations: true });
    const callNode = calls.insert({
      key: hashText(`${task} ${this.#code(task)} ${args}`),
      taskId: this.#taskId(task),
      args,
      first: call.first ?? null,
      value: encode(call.value, { locations: true }),
      taskSet: calls.setId("task", `["${task}"]`),
      fileSet: null,
      volatile: false,
      runId: this.#run.id,
      job: place.number,
      edges: JSON.stringify(call.edges),
      valueEdges: call.valueEdges === undefined ? null : JSON.stringify(call.valueEdges),
      createdAt: this.#at(place.number),
    });
    this.#put(task, place, { status: "succeeded", callNode, executor: call.executor });
    return callNode;
  }

  cachedJob(task: string, place: Place, callNode: number): void {
    this.#put(task, place, { status: "cached", callNode, reason: { kind: "cached" } });
  }

  failedJob(task: string, place: Place): void {
    const key = hashText(`${task} ${this.#run.id} ${place.number}`);
    this.#put(task, place, { status: "failed", key, error: ERROR });
  }

  #put(task: string, place: Place, fields: Pick<JobRow, "status"> & Partial<JobRow>): void {
    const at = this.#at(place.number);
    this.#store.jobs.put({
      runId: this.#run.id,
      ...place,
      task,
      taskId: this.#taskId(task),
      key: null,
      reason: { kind: "new" },
      executor: null,
      error: null,
      callNode: null,
      queuedAt: at,
      startedAt: at + 3,
      endedAt: at + 30,
      ...fields,
    });
  }

  /** Some jobs succeeded when they were tried again. */
  attempts(job: number): void {
    const tries = job % RETRIED_EACH === 2 ? 2 : 1;
    for (let number = 1; number <= tries; number++) {
      const isLast = number === tries;
      const at = this.#at(job);
      this.#store.jobs.putAttempt({
        runId: this.#run.id,
        job,
        number,
        executor: "local",
        remoteId: null,
        status: isLast ? "succeeded" : "failed",
        startedAt: at + 3,
        endedAt: at + 30,
        folder: `/data/lab/.ligase/work/${this.#run.id}/${job}-${number}`,
        failureKind: isLast ? null : "infrastructure",
        usage: { wallMs: 27, cpuMs: 20, peakMemoryBytes: 12_000_000, exitCode: isLast ? 0 : 1 },
      });
    }
  }

  /** Those of every fifth run are open. */
  gate(job: number, sample: string): void {
    const { audit, gates } = this.#store;
    const { index, id: runId } = this.#run;
    const gate = gateOf({ runId, job, sample, at: this.#at(job) });
    gates.insert({ gate, owner: "", edges: null });
    const entry = { at: gate.openedAt, actor: null, subject: gate.id, detail: {} };
    audit.add(runId, { ...entry, number: 2 * job, action: "gate-opened", hash: hashText(gate.id) });
    if (index % 5 === 4) {
      this.#hasOpenGate = true;
      return;
    }
    const fields = { by: "ana", at: gate.openedAt + 9, comment: null, value: null };
    const decision: DecisionRecord = { outcome: "approved", ...fields };
    gates.close(gate.id, "resolved", decision);
    gates.putSignal({ id: 0, runId, gateId: gate.id, address: gate.path, state: "used", decision });
    const voted = { ...entry, actor: "ana", number: 2 * job + 1, action: "voted" } as const;
    audit.add(runId, { ...voted, hash: hashText(`${gate.id} voted`) });
  }

  deck(job: number, name: string): void {
    const uri = `file:///data/lab/.ligase/content/${name}.html`;
    this.#store.jobs.putDeck({ runId: this.#run.id, job, name, mediaType: "text/html", uri });
  }

  #taskId(task: string): number {
    return this.#store.calls.taskId(task, this.#code(task));
  }

  #code(task: string): string {
    return hashText(`${task} ${Math.floor(this.#run.index / CODE_CHANGES)}`);
  }

  #at(job: number): number {
    return this.#run.startMs + job;
  }
}

function gateOf(of: {
  readonly runId: string;
  readonly job: number;
  readonly sample: string;
  readonly at: number;
}): GateRecord {
  const { runId, job, sample, at } = of;
  return {
    id: `${runId.slice(0, 24)}${sample}${String(job).padStart(12, "0")}`,
    runId,
    job,
    kind: "approve",
    name: "qc",
    path: `map[${sample}]/qc`,
    status: "open",
    question: `Is ${sample} good?`,
    value: { sample, score: job % 100 },
    evidence: [],
    schema: null,
    policy: {
      timeoutMs: null,
      onTimeout: "fail",
      requireComment: false,
      reuse: "never",
      deciders: null,
      quorum: 1,
      notLauncher: false,
      remindersMs: [],
      escalation: null,
    },
    contentHash: hashText(`${sample} ${job}`),
    openedAt: at + 40,
    deadlineAt: null,
    decision: null,
    deciders: null,
    isEscalated: false,
    reminded: 0,
    callers: [job],
  };
}
