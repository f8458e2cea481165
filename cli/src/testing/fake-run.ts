import type {
  Decision,
  DecisionRecord,
  GateRecord,
  Progress,
  RunEnd,
  RunEvent,
  RunHandle,
  TaskCounts,
} from "@ligase/engine";
import type { FollowedRun } from "../follow/follow-run.ts";

/** A run that a test moves by hand, and the desk at which its gates are decided. */
export class FakeRun implements RunHandle {
  readonly id = "01998c2f-4a3b-7000-8000-000000000001";
  readonly ended: Promise<RunEnd>;
  readonly decisions: Decision[] = [];
  readonly asked: ("interrupt" | "cancel")[] = [];
  /** What the next decisions are refused with. */
  refusal: Error | null = null;
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

  /** Somebody decides one of its gates. */
  decide(decision: Decision): GateRecord {
    if (this.refusal !== null) throw this.refusal;
    this.decisions.push(decision);
    const gate = this.#gate(decision.gate);
    if (this.#votes(gate.id).length < gate.policy.quorum) return gate;
    this.gates = this.gates.filter((other) => other !== gate);
    const closed: GateRecord = { ...gate, status: "resolved", decision: recordOf(decision) };
    this.emit({ kind: "gate-closed", gate: closed });
    return closed;
  }

  /** Where the person at the terminal, who is ada, decides. */
  readonly desk: FollowedRun["desk"] = {
    decide: async (all) =>
      all.map(({ named, sent }) => {
        const result = this.decide({ run: this.id, gate: named.address, by: "ada", ...sent });
        return { named, outcome: sent.outcome, result, votes: this.#votes(named.address) };
      }),
    gate: async (_run, id) => this.#gate(id),
    votes: async ({ id }) => this.#votes(id),
    gateRecords: async () => this.gates,
  };

  #gate(id: string): GateRecord {
    const gate = this.gates.find((other) => other.id === id);
    if (gate === undefined) throw new Error(`There is no gate ${id}.`);
    return gate;
  }

  #votes(id: string): readonly DecisionRecord[] {
    return this.decisions.filter(({ gate }) => gate === id).map(recordOf);
  }
}

const recordOf = ({ outcome, by, comment = null, value }: Decision): DecisionRecord => ({
  outcome,
  by,
  at: 0,
  comment,
  value: value ?? null,
});

/** A policy that lets everybody decide, alone. */
const EVERYBODY = {
  deciders: null,
  quorum: 1,
  notLauncher: false,
  remindersMs: [],
  escalation: null,
} as const;

/** An open gate; what a test does not say is plain. */
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
    policy: {
      timeoutMs: null,
      onTimeout: "fail",
      requireComment: false,
      reuse: "never",
      ...EVERYBODY,
    },
    contentHash: "1:x",
    openedAt: 0,
    deadlineAt: null,
    decision: null,
    deciders: null,
    isEscalated: false,
    reminded: 0,
    callers: [0],
    ...given,
  };
}
