import type { DecisionRecord, GateRecord } from "@ligase/engine";
import { isLigaseError } from "@ligase/sdk/values";
import { standing } from "../decide/decision-text.ts";
import type { Desk, Sending } from "../desk/desk.ts";
import { gateLines } from "../output/gate-text.ts";
import { decisionCommands, isForPeople, needsValue } from "../output/run-names.ts";
import { readSignalValue } from "../inputs/signal-value.ts";
import type { Keyboard, World } from "../world.ts";
import { askAgain, openPrompt, pressKey, promptLine, type PromptState } from "./gate-prompt.ts";
import type { RunView } from "./run-view.ts";

/** What this process does with gates: decides all alike, asks the person at the terminal, or only tells of them. */
export type GateMode =
  | { readonly kind: "approve" }
  | { readonly kind: "reject"; readonly comment: string | null }
  | { readonly kind: "ask" }
  | { readonly kind: "tell" };

/** As much of a desk as is needed to decide the gates of a run that is followed. */
export type DecidingDesk = Pick<Desk, "decide" | "gate" | "votes">;

export interface GateDeskOptions {
  readonly desk: DecidingDesk;
  readonly world: World;
  readonly view: RunView;
  readonly mode: GateMode;
  /** Needed to ask. */
  readonly keyboard: Keyboard | null;
  /** What commands end with that decide the gates: what `atServer` gives. */
  readonly at: string;
  /** Ctrl-C, which a terminal that reads keys one by one sends as a key. */
  readonly onInterrupt: () => void;
}

/** Refusals of this person: somebody else has to decide. */
const WAITS_FOR_OTHERS: ReadonlySet<string> = new Set(["decision-not-allowed"]);

/** Time between two looks at what others voted, while a gate is asked. */
const VOTES_MS = 1_000;

interface Votes {
  readonly all: readonly DecisionRecord[];
  readonly at: number;
}

/** Takes gates as they open and has them decided, one after the other. */
export class GateDesk {
  readonly #options: GateDeskOptions;
  readonly #known = new Set<string>();
  readonly #later = new Set<string>();
  readonly #queue: GateRecord[] = [];
  #asked: { readonly gate: GateRecord; readonly state: PromptState } | null = null;
  /** Those of the gate that is asked, as of a time. */
  #votes: Votes | null = null;
  #stopListening: (() => void) | null = null;

  constructor(options: GateDeskOptions) {
    this.#options = options;
  }

  /** A gate is open. */
  opened(gate: GateRecord, gates: readonly GateRecord[]): void {
    if (this.#known.has(gate.id)) return;
    this.#known.add(gate.id);
    const { mode, view } = this.#options;
    if (!isForPeople(gate)) view.waitsFor(gate, gates);
    else if (mode.kind === "approve" || mode.kind === "reject") this.#decideAtOnce(gate, gates, mode);
    else if (mode.kind === "ask") this.#queue.push(gate);
    else view.waitsFor(gate, gates);
    this.#askNext();
  }

  /** Time changed who may decide a gate, or until when. */
  changed(gate: GateRecord): void {
    const at = this.#queue.findIndex(({ id }) => id === gate.id);
    if (at >= 0) this.#queue[at] = gate;
    if (this.#asked?.gate.id === gate.id) this.#asked = { ...this.#asked, gate };
  }

  /** A gate was closed, here or elsewhere. */
  closed(gate: GateRecord): void {
    const at = this.#queue.findIndex(({ id }) => id === gate.id);
    if (at >= 0) this.#queue.splice(at, 1);
    if (this.#asked?.gate.id === gate.id) this.#stopAsking();
    this.#askNext();
  }

  /** The dialogue as it stands; empty when nothing is asked. */
  lines(): readonly string[] {
    if (this.#asked === null) return [];
    const { gate, state } = this.#asked;
    const { world, at } = this.#options;
    const { palette } = world.out;
    this.#lookAtVotes(gate);
    const options = { ...this.#textOptions(), votes: this.#votes?.all ?? [] };
    const form = decisionCommands(gate, [gate], at).filter((command) => command.startsWith("ligase answer"));
    return [
      "",
      ...gateLines(gate, options),
      ...form.map((command) => `  ${palette.dim(`field by field, from another terminal: ${command}`)}`),
      `  ${promptLine(state, gate, palette)}`,
    ];
  }

  /** True when every one of these gates was left for later: nobody here will decide them. */
  leavesAll(gates: readonly GateRecord[]): boolean {
    return gates.length > 0 && gates.every(({ id }) => this.#later.has(id));
  }

  close(): void {
    this.#queue.length = 0;
    this.#stopAsking();
  }

  #decideAtOnce(
    gate: GateRecord,
    gates: readonly GateRecord[],
    mode: Extract<GateMode, { kind: "approve" | "reject" }>,
  ): void {
    const outcome = mode.kind === "approve" ? "approved" : "rejected";
    if (gate.kind === "input" || (outcome === "approved" && needsValue(gate)))
      return this.#options.view.waitsFor(gate, gates);
    this.#decide(gate, { outcome, comment: mode.kind === "reject" ? mode.comment : "by --approve" });
  }

  #askNext(): void {
    if (this.#asked !== null) return;
    const gate = this.#queue.shift();
    const { keyboard } = this.#options;
    if (gate === undefined || keyboard === null) return;
    this.#asked = { gate, state: openPrompt(gate) };
    this.#stopListening = keyboard.listen((key) => {
      if (key.kind === "interrupt") this.#options.onInterrupt();
      else this.#advance(gate, (state) => pressKey(state, key, gate));
    });
  }

  #advance(gate: GateRecord, move: (state: PromptState) => PromptState): void {
    if (this.#asked?.gate.id !== gate.id) return;
    const state = move(this.#asked.state);
    this.#asked = { gate, state };
    if (state.step === "decided") this.#finish(gate, () => this.#decide(gate, state));
    else if (state.step === "answered") this.#answer(gate, state.text);
    else if (state.step === "later") this.#finish(gate, () => this.#leave(gate));
  }

  #answer(gate: GateRecord, text: string): void {
    const read = readSignalValue(text, gate.schema, this.#options.world.cwd);
    if (!read.ok) return this.#advance(gate, () => askAgain(text, read.problems));
    const outcome = gate.kind === "input" ? "answered" : "approved";
    this.#finish(gate, () => this.#decide(gate, { outcome, comment: null, value: read.value }));
  }

  #finish(gate: GateRecord, act: () => void): void {
    if (this.#asked?.gate.id === gate.id) this.#stopAsking();
    act();
    this.#askNext();
  }

  #leave(gate: GateRecord): void {
    this.#later.add(gate.id);
    const [command = ""] = decisionCommands(gate, [gate], this.#options.at);
    this.#options.view.note(`${gate.name} is left for later: ${command}`);
  }

  #decide(gate: GateRecord, sent: Sending["sent"]): void {
    void this.#send(gate, sent).catch((error: unknown) => this.#refused(gate, error));
  }

  async #send(gate: GateRecord, sent: Sending["sent"]): Promise<void> {
    const { desk, view } = this.#options;
    // The decision is bound to what this terminal showed (C23).
    const { id, runId, contentHash } = gate;
    const named = { run: { id: runId, goesOn: true }, address: id, gate };
    const [decided] = await desk.decide([{ named, sent: { ...sent, contentHash } }]);
    if (decided === undefined || decided.result === "kept") return;
    const where = standing(decided.result, decided.votes);
    if (where !== "") view.note(`${gate.name} ${sent.outcome}${where}`);
  }

  /** Somebody else may have been quicker, or may have to decide: that is told, and the run goes on or waits. */
  async #refused(gate: GateRecord, error: unknown): Promise<void> {
    const { view } = this.#options;
    view.note(error instanceof Error ? error.message : String(error));
    if (isLigaseError(error) && WAITS_FOR_OTHERS.has(error.code)) view.waitsFor(gate, [gate]);
    else await this.#askAgain(gate);
    this.#askNext();
  }

  /** A gate that is open all the same stays one to decide here; one that cannot be looked at now is told of. */
  async #askAgain(before: GateRecord): Promise<void> {
    const { desk, mode, view } = this.#options;
    if (mode.kind !== "ask") return;
    const gate = await desk.gate(before.runId, before.id).catch(() => null);
    if (gate === null) view.waitsFor(before, [before]);
    else if (gate.status === "open") this.#queue.unshift(gate);
  }

  /** Others may vote while the person thinks. */
  #lookAtVotes(gate: GateRecord): void {
    const { desk, world } = this.#options;
    const now = world.now();
    if (gate.policy.quorum === 1 || (this.#votes !== null && now - this.#votes.at < VOTES_MS)) return;
    this.#votes = { all: this.#votes?.all ?? [], at: now };
    const asked = desk.votes(gate).then((all) => this.#haveVotes(gate, { all, at: now }));
    // They are looked up again soon.
    asked.catch(() => undefined);
  }

  #haveVotes(gate: GateRecord, votes: Votes): void {
    if (this.#asked?.gate.id === gate.id) this.#votes = votes;
  }

  #stopAsking(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    this.#asked = null;
    this.#votes = null;
  }

  #textOptions() {
    const { world } = this.#options;
    return {
      palette: world.out.palette,
      width: world.out.size().width - 4,
      cwd: world.cwd,
      now: world.now(),
    };
  }
}
