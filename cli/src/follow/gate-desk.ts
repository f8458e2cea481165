import type { Decision, DecisionRecord, Engine, GateRecord } from "@ligase/engine";
import { isLigaseError } from "@ligase/sdk/values";
import { standing } from "../decide/decision-text.ts";
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

export interface DeskOptions {
  readonly engine: Engine;
  readonly world: World;
  readonly view: RunView;
  readonly mode: GateMode;
  /** Needed to ask. */
  readonly keyboard: Keyboard | null;
  /** Ctrl-C, which a terminal that reads keys one by one sends as a key. */
  readonly onInterrupt: () => void;
}

/** Refusals of this person: somebody else has to decide. */
const WAITS_FOR_OTHERS: ReadonlySet<string> = new Set(["decision-not-allowed", "vote-given"]);

/** Takes gates as they open and has them decided, one after the other. */
export class GateDesk {
  readonly #options: DeskOptions;
  readonly #known = new Set<string>();
  readonly #later = new Set<string>();
  readonly #queue: GateRecord[] = [];
  #asked: { readonly gate: GateRecord; readonly state: PromptState } | null = null;
  #stopListening: (() => void) | null = null;

  constructor(options: DeskOptions) {
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
    const { palette } = this.#options.world.out;
    const options = { ...this.#textOptions(), votes: this.#votes(gate) };
    const form = decisionCommands(gate, [gate]).filter((command) => command.startsWith("ligase answer"));
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
    const [command = ""] = decisionCommands(gate, [gate]);
    this.#options.view.note(`${gate.name} is left for later: ${command}`);
  }

  #decide(
    gate: GateRecord,
    decision: Pick<Decision, "outcome" | "value"> & { readonly comment: string | null },
  ): void {
    const { engine, world } = this.#options;
    const { id, runId, contentHash } = gate;
    const given = { run: runId, gate: id, contentHash, by: world.user(), ...decision };
    if (given.value === undefined) return this.#send(gate, given);
    // Files that it names are read.
    engine.withFilesKept([given]).then(
      ([kept = given]) => this.#send(gate, kept),
      (error: unknown) => this.#refused(gate, error),
    );
  }

  #send(gate: GateRecord, decision: Decision): void {
    const { engine, view } = this.#options;
    try {
      const result = engine.decide(decision);
      const where = result === "kept" ? "" : standing(result, this.#votes(result));
      if (where !== "") view.note(`${gate.name} ${decision.outcome}${where}`);
    } catch (error) {
      this.#refused(gate, error);
    }
  }

  /** Somebody else may have been quicker, or may have to decide: that is told, and the run goes on or waits. */
  #refused(gate: GateRecord, error: unknown): void {
    const { view } = this.#options;
    view.note(error instanceof Error ? error.message : String(error));
    if (isLigaseError(error) && WAITS_FOR_OTHERS.has(error.code)) view.waitsFor(gate, [gate]);
    else this.#askAgain(gate);
    this.#askNext();
  }

  /** A gate that is open all the same stays one to decide here. */
  #askAgain({ id, runId }: GateRecord): void {
    const { engine, mode } = this.#options;
    const gate = engine.inspect.gates(runId).find((other) => other.id === id);
    if (gate?.status === "open" && mode.kind === "ask") this.#queue.unshift(gate);
  }

  #votes(gate: GateRecord): readonly DecisionRecord[] {
    return gate.policy.quorum === 1 ? [] : this.#options.engine.inspect.votes(gate.runId, gate.id);
  }

  #stopAsking(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    this.#asked = null;
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
