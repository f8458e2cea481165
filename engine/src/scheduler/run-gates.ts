import { isLigaseError } from "@ligase/sdk";
import { replaceFiles } from "../cache/replace-files.ts";
import { changeAt, nextDue, type Due } from "../gates/due.ts";
import { gateValue } from "../gates/gate-value.ts";
import { describeDeciders, refusalOf } from "../gates/rights.ts";
import { castVote, closeGate, record } from "../gates/vote.ts";
import type { AuditFact } from "../model/audit.ts";
import type { GateRecord } from "../model/records.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { GateRequest } from "../reducer/effects.ts";
import type { Result } from "../reducer/reducer.ts";
import type { Job } from "./job.ts";
import { callersOf, newGate } from "./new-gate.ts";
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
    const opened = (evidence: GateRequest["evidence"]): void =>
      this.#insert({ ...request, evidence }, { owner, place }, answer);
    this.#context.later(pinned(request.evidence, files), opened, (error) => {
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
    this.#await(waiting);
  }

  /** An early or reusable decision closes the gate in the transaction that opens it. */
  #insert(
    request: GateRequest,
    at: { owner: Job | null; place: string },
    answer: (result: Result) => void,
  ): void {
    const { store, runId, clock } = this.#context;
    const gate = newGate(request, { owner: at.owner, runId, now: clock.now() });
    const write = (): void => {
      const edges = this.#recorder.edgesText(request.valueOrigin);
      store.gates.insert({ gate, owner: at.place, edges });
      record(store, runId, openedFact(gate));
      this.#useEarlySignals(gate);
      this.#reuseDecision(gate);
    };
    this.#context.durably(write, () => {
      this.#opening--;
      this.#wait(store.gates.get(gate.id) ?? gate, request, answer);
    });
  }

  /** What came early counts as if it came now; what does not fit stays as evidence (C24). */
  #useEarlySignals(gate: GateRecord): void {
    const { store, launcher } = this.#context;
    const { gates } = store;
    for (const early of [...gates.early(gate.runId, gate.path), ...gates.early(gate.runId, gate.name)]) {
      const { decision } = early;
      // What shows evidence is not decided unseen.
      if (gate.evidence.length > 0 && decision.contentHash !== gate.contentHash) continue;
      const current = gates.get(gate.id) as GateRecord;
      if (current.status !== "open") return;
      try {
        castVote(store, { gate: current, launcher, decision, early });
      } catch (error) {
        if (!isLigaseError(error)) throw error;
      }
    }
  }

  /** C23: an earlier decision on equal content holds while all who made it might decide this gate, too. */
  #reuseDecision(gate: GateRecord): void {
    if (gate.policy.reuse !== "same-content") return;
    const { store, launcher } = this.#context;
    const before = store.gates.reusable(gate.contentHash);
    if (before?.decision == null || before.decision.outcome === "expired") return;
    const votes = store.gates.votes(before.id).map(({ decision }) => decision);
    if (votes.some((vote) => refusalOf({ gate, launcher }, vote) !== null)) return;
    closeGate(store, gate, before.decision);
  }

  /** Looks whether somebody decided meanwhile. */
  refresh(): void {
    for (const waiting of this.#waiting.values()) {
      const gate = this.#context.store.gates.get(waiting.gate.id);
      if (gate !== null && gate.status !== "open") this.#answer(waiting, gate);
    }
  }

  /** What time does to a gate comes in its order: reminders, then others are asked, then it is over. */
  #await(waiting: Waiting): void {
    const due = nextDue(waiting.gate);
    waiting.cancelTimer();
    if (due === null) return;
    const delayMs = due.atMs - this.#context.clock.now();
    waiting.cancelTimer = this.#context.delay(delayMs, () => this.#onDue(waiting, due.what));
  }

  #onDue(waiting: Waiting, what: Due["what"]): void {
    const { store, clock } = this.#context;
    const { gate } = waiting;
    const now = clock.now();
    if (what === "close") {
      const outcome = gate.kind === "sleep" ? "elapsed" : "expired";
      // C20: the row decides whether timer or person came first.
      const write = (): unknown =>
        closeGate(store, gate, { outcome, by: null, at: now, comment: null, value: null });
      return this.#context.durably(write, () => this.refresh());
    }
    const change = changeAt(gate, what, now);
    const action = what === "remind" ? "reminded" : "escalated";
    const detail = { deciders: change.deciders === null ? null : describeDeciders(change.deciders) };
    const write = (): void => {
      if (store.gates.hold(gate.id)?.status !== "open") return;
      store.gates.change(gate.id, change);
      record(store, gate.runId, { at: now, actor: null, action, subject: gate.id, detail });
    };
    this.#context.durably(write, () => this.#changed(waiting, `gate-${action}`));
  }

  /** Time changed a gate; or somebody closed it before. */
  #changed(waiting: Waiting, kind: "gate-reminded" | "gate-escalated"): void {
    const gate = this.#context.store.gates.get(waiting.gate.id);
    if (gate === null || gate.status !== "open") return this.refresh();
    waiting.gate = gate;
    this.#context.emit({ kind, gate });
    this.#await(waiting);
  }

  /** C21: another call waits for the gates below a job, too. */
  joined(owner: Job): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.gate.job !== owner.number) continue;
      const change = { ...waiting.gate, callers: callersOf(owner) };
      const { store } = this.#context;
      this.#context.durably(
        () => store.gates.change(waiting.gate.id, change),
        () => undefined,
      );
    }
  }

  #answer(waiting: Waiting, gate: GateRecord): void {
    this.#waiting.delete(gate.id);
    waiting.cancelTimer();
    this.#context.emit({ kind: "gate-closed", gate });
    const result = gateValue(gate);
    const origin = { kind: "gate", id: waiting.call, path: "" } as const;
    waiting.answer("error" in result ? result : { ...result, origin });
  }

  /** Closes what is open, because the run ends without it; inside the caller's transaction. */
  closeAll(): void {
    for (const { gate } of this.#waiting.values()) closeGate(this.#context.store, gate, null);
  }

  /** Forgets what is open: the run stops here. */
  forget(): void {
    for (const { cancelTimer } of this.#waiting.values()) cancelTimer();
    this.#waiting.clear();
  }
}

const openedFact = (gate: GateRecord): AuditFact => ({
  at: gate.openedAt,
  actor: null,
  action: "gate-opened",
  subject: gate.id,
  detail: { path: gate.path, shown: gate.contentHash },
});

/** Evidence as it will be shown, whatever becomes of the files it was taken from (C23), and on the disk (C18). */
async function pinned(evidence: readonly unknown[], files: FileStore): Promise<readonly unknown[]> {
  const kept = await replaceFiles(evidence, (file) => files.pin(file));
  await files.flush();
  return kept as readonly unknown[];
}
