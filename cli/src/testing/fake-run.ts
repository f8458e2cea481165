import type {
  Decision,
  Engine,
  GateRecord,
  Progress,
  RunEnd,
  RunEvent,
  RunHandle,
  TaskCounts,
} from "@ligase/engine";

/** A run that a test moves by hand, and the engine that it belongs to. */
export class FakeRun implements RunHandle {
  readonly id = "01998c2f-4a3b-7000-8000-000000000001";
  readonly ended: Promise<RunEnd>;
  readonly decisions: Decision[] = [];
  readonly asked: ("interrupt" | "cancel")[] = [];
  gates: readonly GateRecord[] = [];
  tasks: readonly TaskCounts[] = [];
  status: Progress["status"] = "running";
  readonly #listeners = new Set<(event: RunEvent) => void>();
  #end: (end: RunEnd) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  progress(): Progress {
    return { status: this.status, startedAt: 0, tasks: this.tasks, openGates: this.gates };
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  openGate(gate: GateRecord): void {
    this.gates = [...this.gates, gate];
    this.emit({ kind: "gate-opened", gate });
  }

  interrupt(): void {
    this.asked.push("interrupt");
    this.finish({ status: "waiting", value: null, error: null });
  }

  cancel(): void {
    this.asked.push("cancel");
    this.finish({ status: "cancelled", value: null, error: null });
  }

  finish(end: Partial<RunEnd>): void {
    this.#end({ status: "succeeded", value: null, error: null, ...end });
  }

  /** As much of an engine as following a run uses. */
  get engine(): Engine {
    const decide = (decision: Decision): GateRecord => {
      this.decisions.push(decision);
      const gate = this.gates.find(({ id }) => id === decision.gate);
      if (gate === undefined) throw new Error(`There is no gate ${decision.gate}.`);
      this.gates = this.gates.filter((other) => other !== gate);
      const record = {
        outcome: decision.outcome,
        by: decision.by,
        at: 0,
        comment: decision.comment ?? null,
        value: decision.value,
      };
      const closed: GateRecord = { ...gate, status: "resolved", decision: record };
      this.emit({ kind: "gate-closed", gate: closed });
      return closed;
    };
    return { decide, inspect: { gates: () => this.gates } } as unknown as Engine;
  }
}

/** An open gate; what a test does not say is plain. */
/** A policy that lets everybody decide, alone. */
const EVERYBODY = {
  deciders: null,
  quorum: 1,
  notLauncher: false,
  remindersMs: [],
  escalation: null,
} as const;

export function gateRecord(given: Partial<GateRecord> = {}): GateRecord {
  const name = given.name ?? "qc";
  return {
    id: `gate-${name}`,
    runId: "01998c2f-4a3b-7000-8000-000000000001",
    job: null,
    kind: "approve",
    name,
    path: `flow/${name}`,
    status: "open",
    question: "Is it good?",
    value: null,
    evidence: [],
    schema: null,
    policy: { timeoutMs: null, onTimeout: "fail", requireComment: false, reuse: "never", ...EVERYBODY },
    contentHash: "1:x",
    openedAt: 0,
    deadlineAt: null,
    decision: null,
    ...{ deciders: null, isEscalated: false, reminded: 0, callers: [0] },
    ...given,
  };
}
