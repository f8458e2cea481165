import { isLigaseError, LigaseError } from "@ligase/sdk";
import { compileCheck, formatIssues, type ExternalPolicy } from "@ligase/sdk/internal";
import { filesIn } from "../cache/file-sets.ts";
import { replaceFiles } from "../cache/replace-files.ts";
import { awaitedAt } from "../events/awaited-key.ts";
import { hasKept, offerKept } from "../events/offer.ts";
import { useEarlierDecisions } from "../gates/earlier-decisions.ts";
import { changeAt, nextDue, type Due } from "../gates/due.ts";
import { gateValue } from "../gates/gate-value.ts";
import { describeDeciders } from "../gates/rights.ts";
import { cancelGate, closeGate, record } from "../gates/vote.ts";
import type { AuditFact } from "../model/audit.ts";
import { awaitedEvent } from "../model/awaited-event.ts";
import type { GateRecord } from "../model/records.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { GateRequest } from "../reducer/effects.ts";
import type { Result } from "../reducer/reducer.ts";
import type { Job } from "./job.ts";
import { callersOf, contentHash, newGate } from "./new-gate.ts";
import type { Recorder } from "./recorder.ts";
import type { RunContext } from "./run-context.ts";

interface Waiting {
  gate: GateRecord;
  readonly call: number;
  readonly answer: (result: Result) => void;
  cancelTimer: () => void;
}

/** What an earlier process left of a gate. */
interface Left {
  readonly before: GateRecord | null;
  /** Where the gate is, or is to be opened. */
  readonly place: string;
  /** The last one there, which showed something else; it is closed if it is open still. */
  readonly superseded: GateRecord | null;
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
  /** The run leaves memory. */
  #hasLeft = false;

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

  /** Timers that are set for gates: whoever goes on with the run sets them again. */
  get timers(): number {
    let timers = 0;
    for (const { gate } of this.#waiting.values()) if (nextDue(gate) !== null) timers++;
    return timers;
  }

  /** Opens the gate that an expression reached, or finds it as an earlier process left it. */
  open(reached: GateRequest, owner: Job | null, answer: (result: Result) => void): void {
    const { files, cwd } = this.#context;
    const request = placed(reached, cwd);
    if (isLigaseError(request)) return this.#fail(reached, request, answer);
    // C21: the shared job owns its gates by key, the run's own workflows by nothing but the path.
    const ownerKey = owner?.entry.definition.kind === "task" ? owner.key : "";
    const { before, place, superseded } = this.#asLeft(ownerKey, request);
    if (before !== null) return this.#find(before, request, answer);
    // C18: nobody is shown a gate before its evidence and what led to it are on the disk.
    this.#opening++;
    const opened = (shown: GateRequest): void => this.#insert(shown, { owner, place, superseded }, answer);
    this.#context.later(asShown(request, files), opened, (error) => {
      this.#opening--;
      answer({ error: this.#context.errorOf(error, request.name) });
    });
  }

  /** In a turn of its own, as every answer comes. */
  #fail({ name }: GateRequest, problem: LigaseError, answer: (result: Result) => void): void {
    this.#opening++;
    const failed = (): void => {
      this.#opening--;
      answer({ error: this.#context.errorOf(problem, name) });
    };
    this.#context.later(Promise.resolve(), failed, failed);
  }

  /**
   * The gate as an earlier process left it, and the owner under which to look. One that was closed because the run
   * ended without it is asked anew when the run is resumed: in another round, for what is closed stays closed. So is one
   * that showed something else: a decision is about what was seen (C22, C23).
   */
  #asLeft(owner: string, request: GateRequest): Left {
    const { store, runId } = this.#context;
    const paths = [request.path, ...request.otherPaths];
    let superseded: GateRecord | null = null;
    for (let round = 1; ; round++) {
      const place = round === 1 ? owner : `${owner} round ${round}`;
      const found = paths.map((path) => store.gates.at(runId, place, path)).find((gate) => gate !== null);
      if (found === undefined) return { before: null, place, superseded };
      if (found.status === "cancelled") continue;
      if (showsSame(found, request)) return { before: found, place, superseded: null };
      superseded = found;
    }
  }

  #find(gate: GateRecord, request: GateRequest, answer: (result: Result) => void): void {
    if (gate.status === "open") {
      this.#wait(gate, request, answer);
      return this.#takeKept(gate);
    }
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
    at: { owner: Job | null } & Pick<Left, "place" | "superseded">,
    answer: (result: Result) => void,
  ): void {
    const { store, runId, clock, launcher, parent } = this.#context;
    const gate = newGate(request, { owner: at.owner, runId, now: clock.now() });
    const write = (): void => {
      if (at.superseded !== null) cancelGate(store, at.superseded, clock.now());
      const edges = this.#recorder.edgesText(request.valueOrigin);
      store.gates.insert({ gate, owner: at.place, edges });
      if (request.external !== null) store.external.insert({ ...request.external, id: gate.id, runId });
      record(store, runId, openedFact(gate));
      useEarlierDecisions(store, { gate, launcher, parent, owner: at.place });
      offerKept(store, gate, clock.now());
    };
    this.#context.durably(write, () => {
      this.#opening--;
      const opened = store.gates.get(gate.id) ?? gate;
      this.#wait(opened, request, answer);
      this.#takeKept(opened);
    });
  }

  /** An event that was published while its gate was opened did not see the gate, nor the gate the event. */
  #takeKept(gate: GateRecord): void {
    const { store, clock } = this.#context;
    if (!hasKept(store, gate, clock.now())) return;
    this.#context.durably(
      () => offerKept(store, gate, clock.now()),
      () => this.refresh(),
    );
  }

  /** Looks whether somebody decided meanwhile, or handed a gate over. */
  refresh(): void {
    if (this.#hasLeft) return;
    for (const waiting of this.#waiting.values()) {
      const gate = this.#context.store.gates.get(waiting.gate.id);
      if (gate === null) continue;
      if (gate.status !== "open") this.#answer(waiting, gate);
      else if (timesHandedOver(gate) > timesHandedOver(waiting.gate))
        this.#changed(waiting, "gate-handed-over");
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
    const action = what === "remind" ? "reminded" : "escalated";
    const write = (): void => {
      // As it is now: somebody may have handed it over.
      const held = store.gates.hold(gate.id);
      if (held?.status !== "open") return;
      const change = changeAt(held, what, now);
      const detail = { deciders: change.deciders === null ? null : describeDeciders(change.deciders) };
      store.gates.change(gate.id, change);
      record(store, gate.runId, { at: now, actor: null, action, subject: gate.id, detail });
    };
    this.#context.durably(write, () => this.#changed(waiting, `gate-${action}`));
  }

  /** Time or a person changed a gate; or somebody closed it before. */
  #changed(waiting: Waiting, kind: "gate-reminded" | "gate-escalated" | "gate-handed-over"): void {
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
      const { store } = this.#context;
      const callers = callersOf(owner);
      const write = (): void => {
        const held = store.gates.hold(waiting.gate.id);
        if (held !== null) store.gates.change(held.id, { ...held, callers });
      };
      this.#context.durably(write, () => undefined);
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

  /** Takes no answer any more: who goes on with the run finds what is decided from now on in the rows. */
  leave(): void {
    this.#hasLeft = true;
    for (const { cancelTimer } of this.#waiting.values()) cancelTimer();
  }

  /**
   * When the run is to go on if it is parked now: at once when a gate is closed already, else when time does something
   * to one of them. Inside a transaction that holds the run, so that no decision is missed (C20).
   */
  wakeAt(): number | null {
    const { store, runId } = this.#context;
    const open = new Set(store.gates.openOf(runId));
    if (this.#waiting.size === 0) return 0;
    if ([...this.#waiting.keys()].some((id) => !open.has(id))) return 0;
    const due = this.openGates.map((gate) => nextDue(gate)?.atMs ?? Infinity);
    const first = Math.min(...due);
    return first === Infinity ? null : first;
  }

  /** Closes what is open, because the run ends without it; inside the caller's transaction. */
  closeAll(): void {
    const { store, runId, clock } = this.#context;
    // Those too that an earlier process opened, and that this one did not come to.
    for (const id of store.gates.openOf(runId))
      cancelGate(store, store.gates.get(id) as GateRecord, clock.now());
  }

  /** Forgets what is open: the run stops here. */
  forget(): void {
    for (const { cancelTimer } of this.#waiting.values()) cancelTimer();
    this.#waiting.clear();
  }
}

/**
 * Whether a gate was opened for what is to be shown now. A worker's task stays the one that it was, and files that were
 * not read before they were copied are not read again.
 */
function showsSame(gate: GateRecord, request: GateRequest): boolean {
  const isUnread = filesIn(request.evidence).some(({ digest }) => digest === null);
  return request.external !== null || isUnread || gate.contentHash === contentHash(request);
}

/** An event of a gate is waited for at one place, whoever goes on with the run. */
function placed(request: GateRequest, cwd: string): GateRequest | LigaseError {
  const awaited = awaitedEvent(request);
  try {
    return awaited === null ? request : { ...request, value: awaitedAt(request.name, awaited, cwd) };
  } catch (error) {
    if (isLigaseError(error)) return error;
    throw error;
  }
}

const timesHandedOver = ({ deciders }: GateRecord): number => deciders?.handedOver?.length ?? 0;

const openedFact = (gate: GateRecord): AuditFact => ({
  at: gate.openedAt,
  actor: null,
  action: "gate-opened",
  subject: gate.id,
  detail: { path: gate.path, shown: gate.contentHash },
});

/**
 * A gate with its evidence, or what a worker is given, as it will be shown, whatever becomes of the files it was taken
 * from (C23), and on the disk (C18). Throws `argument-not-valid`.
 */
async function asShown(request: GateRequest, files: FileStore): Promise<GateRequest> {
  const { external } = request;
  const given = external === null ? request.evidence : [checkedInput(request, external)];
  const kept = (await replaceFiles(given, (file) => files.pin(file))) as readonly unknown[];
  await files.flush();
  return external === null ? { ...request, evidence: kept } : { ...request, value: kept[0] };
}

/** Bound to the type, as the arguments of a task are. */
function checkedInput({ name, value }: GateRequest, { input }: ExternalPolicy): unknown {
  const bound = compileCheck(input)(value);
  if (bound.ok) return bound.value;
  throw new LigaseError("argument-not-valid", { task: name, issues: formatIssues(bound.issues) });
}
