import { isLigaseError } from "@ligase/sdk";
import { encode, formatDuration, hashText, type JobError } from "@ligase/sdk/internal";
import { uuidv7 } from "../model/uuid.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import type { GateRequest } from "../reducer/effects.ts";
import type { Result } from "../reducer/reducer.ts";
import { checkedDecision } from "./check-decision.ts";
import type { Job } from "./job.ts";
import type { Recorder } from "./recorder.ts";
import type { RunContext } from "./run-context.ts";

interface Waiting {
  gate: GateRecord;
  readonly call: number;
  readonly answer: (result: Result) => void;
  cancelTimer: () => void;
}

/**
 * The gates of a run that is being advanced. A gate is a row; what resolves it is written by whoever decides, and found
 * here by looking at the row (R10): no message can be missed.
 */
export class RunGates {
  readonly #context: RunContext;
  readonly #recorder: Recorder;
  readonly #waiting = new Map<string, Waiting>();
  /** Gates whose evidence is on its way to the disk. */
  #opening = 0;

  constructor(context: RunContext, recorder: Recorder) {
    this.#context = context;
    this.#recorder = recorder;
  }

  get openGates(): readonly GateRecord[] {
    return [...this.#waiting.values()].map(({ gate }) => gate);
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#opening === 0;
  }

  /** Opens the gate that an expression reached, or finds it as an earlier process left it. */
  open(request: GateRequest, owner: Job | null, answer: (result: Result) => void): void {
    const { files } = this.#context;
    // C21: the shared job owns its gates by key, the run's own workflows by nothing but the path.
    const ownerKey = owner?.entry.definition.kind === "task" ? owner.key : "";
    const { before, place } = this.#asLeft(ownerKey, [request.path, ...request.otherPaths]);
    if (before !== null) return this.#find(before, request, answer);
    // C18: nobody is shown a gate before its evidence and what led to it are on the disk.
    this.#opening++;
    const opened = (): void => this.#insert(request, { owner, place }, answer);
    this.#context.later(files.flush(), opened, (error) => {
      this.#opening--;
      answer({ error: this.#context.errorOf(error, request.name) });
    });
  }

  /**
   * The gate as an earlier process left it, and the owner under which to look. One that was closed because the run
   * ended without it is asked anew when the run is resumed: in another round, for what is closed stays closed.
   */
  #asLeft(owner: string, paths: readonly string[]): { before: GateRecord | null; place: string } {
    const { store, runId } = this.#context;
    for (let round = 1; ; round++) {
      const place = round === 1 ? owner : `${owner} round ${round}`;
      const found = paths.map((path) => store.gates.at(runId, place, path)).find((gate) => gate !== null);
      if (found?.status !== "cancelled") return { before: found ?? null, place };
    }
  }

  #find(gate: GateRecord, request: GateRequest, answer: (result: Result) => void): void {
    if (gate.status === "open") return this.#wait(gate, request, answer);
    // It was decided meanwhile. The answer comes in a turn of its own, as every other.
    this.#opening++;
    const found = (): void => {
      this.#opening--;
      this.#wait(gate, request, answer);
    };
    this.#context.later(Promise.resolve(), found, found);
  }

  #wait(gate: GateRecord, request: GateRequest, answer: (result: Result) => void): void {
    this.#recorder.gate(request.id, gate.id);
    const waiting: Waiting = { gate, call: request.id, answer, cancelTimer: () => undefined };
    this.#waiting.set(gate.id, waiting);
    if (gate.status !== "open") return this.#answer(waiting, gate);
    this.#context.emit({ kind: "gate-opened", gate });
    if (gate.deadlineAt !== null) {
      waiting.cancelTimer = this.#context.delay(gate.deadlineAt - this.#context.clock.now(), () =>
        this.#expire(waiting),
      );
    }
  }

  /** An early or reusable decision closes the gate in the transaction that opens it. */
  #insert(
    request: GateRequest,
    at: { owner: Job | null; place: string },
    answer: (result: Result) => void,
  ): void {
    const { store, runId, clock } = this.#context;
    const gate = gateRecord(request, { owner: at.owner, runId, now: clock.now() });
    const write = (): void => {
      const edges = this.#recorder.edgesText(request.valueOrigin);
      store.gates.insert({ gate, owner: at.place, edges });
      this.#useEarlySignal(gate);
      this.#reuseDecision(gate);
    };
    this.#context.durably(write, () => {
      this.#opening--;
      this.#wait(store.gates.get(gate.id) ?? gate, request, answer);
    });
  }

  #useEarlySignal(gate: GateRecord): void {
    const { gates } = this.#context.store;
    // C24: what shows evidence is not decided unseen.
    if (gate.evidence.length > 0) return;
    for (const { id, decision } of [
      ...gates.early(gate.runId, gate.path),
      ...gates.early(gate.runId, gate.name),
    ]) {
      const fitting = fittingDecision(gate, decision);
      if (fitting === null) continue;
      gates.close(gate.id, "resolved", fitting);
      return gates.useEarly(id);
    }
  }

  #reuseDecision(gate: GateRecord): void {
    if (gate.policy.reuse !== "same-content") return;
    const { gates } = this.#context.store;
    const decision = gates.reusable(gate.contentHash);
    if (decision !== null && decision.outcome !== "expired") gates.close(gate.id, "resolved", decision);
  }

  /** Looks whether somebody decided meanwhile. */
  refresh(): void {
    for (const waiting of this.#waiting.values()) {
      const gate = this.#context.store.gates.get(waiting.gate.id);
      if (gate !== null && gate.status !== "open") this.#answer(waiting, gate);
    }
  }

  /** The time of a gate is up: the row decides whether timer or person came first (C20). */
  #expire(waiting: Waiting): void {
    const { store, clock } = this.#context;
    const { gate } = waiting;
    const outcome = gate.kind === "sleep" ? "elapsed" : "expired";
    const decision: DecisionRecord = { outcome, by: null, at: clock.now(), comment: null, value: null };
    this.#context.durably(
      () => store.gates.close(gate.id, gate.kind === "sleep" ? "resolved" : "expired", decision),
      () => this.refresh(),
    );
  }

  #answer(waiting: Waiting, gate: GateRecord): void {
    this.#waiting.delete(gate.id);
    waiting.cancelTimer();
    this.#context.emit({ kind: "gate-closed", gate });
    waiting.answer(resultOf(gate, waiting.call));
  }

  /** Closes what is open, because the run ends without it; inside the caller's transaction. */
  closeAll(): void {
    for (const { gate } of this.#waiting.values())
      this.#context.store.gates.close(gate.id, "cancelled", null);
  }

  /** Forgets what is open: the run stops here. */
  forget(): void {
    for (const { cancelTimer } of this.#waiting.values()) cancelTimer();
    this.#waiting.clear();
  }
}

/** The decision as the gate's form reads it; null when it does not fit: then it stays as evidence (C24). */
function fittingDecision(gate: GateRecord, decision: DecisionRecord): DecisionRecord | null {
  try {
    return checkedDecision(gate, decision);
  } catch (error) {
    if (isLigaseError(error)) return null;
    throw error;
  }
}

function gateRecord(request: GateRequest, at: { owner: Job | null; runId: string; now: number }): GateRecord {
  const { kind, name, path, value, question, evidence, schema, policy } = request;
  const waitMs = kind === "sleep" ? (value as number) : policy.timeoutMs;
  return {
    id: uuidv7(at.now),
    runId: at.runId,
    job: at.owner?.number ?? null,
    kind,
    name,
    path,
    status: "open",
    question,
    value,
    evidence,
    schema,
    policy,
    // C23: kind, name, question, form, value and evidence by content.
    contentHash: hashText(encode({ kind, name, question, schema, policy, value, evidence })),
    openedAt: at.now,
    deadlineAt: waitMs === null ? null : at.now + waitMs,
    decision: null,
  };
}

/** What a closed gate is worth to the expression it stands in. */
function resultOf(gate: GateRecord, call: number): Result {
  const { decision } = gate;
  const origin = { kind: "gate", id: call, path: "" } as const;
  if (gate.kind === "sleep") return { value: null, origin };
  if (gate.kind === "review") return { value: reviewed(decision), origin };
  if (decision === null) return { error: closedError(gate) };
  switch (decision.outcome) {
    case "approved":
      return { value: gate.value, origin };
    case "answered":
      return { value: decision.value, origin };
    case "rejected":
      return { error: rejection(gate, decision) };
    case "expired":
    case "elapsed":
      return gate.policy.onTimeout === "default" ? { value: gate.value, origin } : { error: expiry(gate) };
  }
}

function reviewed(decision: DecisionRecord | null): unknown {
  const { outcome = "expired", by = null, at = null, comment = null } = decision ?? {};
  return { outcome, by, at: at === null ? null : new Date(at), comment };
}

function rejection(gate: GateRecord, decision: DecisionRecord): JobError {
  const by = decision.by ?? "somebody";
  const why = decision.comment === null ? "" : `: ${decision.comment}`;
  return {
    kind: "rejected",
    name: "Rejected",
    code: "gate-rejected",
    message: `${by} rejected "${gate.name}"${why}`,
    details: { gate: gate.name, by: decision.by, comment: decision.comment },
  };
}

function expiry(gate: GateRecord): JobError {
  const after = formatDuration(gate.policy.timeoutMs ?? 0);
  return {
    kind: "expired",
    name: "Expired",
    code: "gate-expired",
    message: `Nobody decided "${gate.name}" within ${after}.`,
    details: { gate: gate.name },
  };
}

function closedError(gate: GateRecord): JobError {
  return {
    kind: "cancelled",
    name: "Cancelled",
    message: `The gate "${gate.name}" was closed without a decision.`,
  };
}
