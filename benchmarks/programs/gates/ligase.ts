import { subscribe } from "node:diagnostics_channel";
import { setImmediate } from "node:timers/promises";
import { openEngine, type Engine } from "@ligase/engine";
import { numbersFrom, type GateEngine } from "./gate-engine.ts";
import { Moments } from "./moments.ts";

/** Runs that are launched together: their starts are written in a few commits. */
const LAUNCHED = 1_000;
/** Decisions that are sent in one list, all in one transaction. */
const LIST = 500;

/** An engine that serves the workflow of the file `gates`. */
export class LigaseGates implements GateEngine {
  readonly resumed = new Moments();
  readonly ended = new Moments();
  readonly parked = new Moments();
  readonly engine: Engine;
  readonly #file: string;
  readonly #waiting = new Moments();
  /** Ids of the runs that were started or found, by their numbers. */
  readonly #ids = new Map<number, string>();

  private constructor(engine: Engine, file: string) {
    this.engine = engine;
    this.#file = file;
    subscribe("ligase-bench-resumed", (run) => this.resumed.note(run as number));
    engine.subscribe((_id, event) => {
      if (event.kind === "gate-opened") this.#waiting.note(event.gate.value as number);
      if (event.kind !== "run-ended") return;
      const { status, value, error } = event.end;
      if (status === "waiting") this.parked.note(Number.NaN);
      else if (status === "succeeded") this.ended.note(value as number);
      else throw new Error(`A run ${status}: ${error?.message}`);
    });
  }

  static async open(root: string, file: string): Promise<LigaseGates> {
    const engine = openEngine({ root, serves: true });
    await engine.load(file);
    return new LigaseGates(engine, file);
  }

  async start(runs: readonly number[]): Promise<void> {
    const ids = await this.#launch(runs);
    for (const [index, run] of runs.entries()) this.#ids.set(run, ids[index] ?? "");
  }

  /** Starts so many, some at a time, and keeps nothing of them. */
  async startMany(count: number): Promise<void> {
    for (let from = 0; from < count; from += LAUNCHED)
      await this.#launch(numbersFrom(from, Math.min(LAUNCHED, count - from)));
  }

  async #launch(runs: readonly number[]): Promise<readonly string[]> {
    const waiting = this.#waiting.more(runs.length);
    const launched = await Promise.all(
      runs.map((x) => this.engine.launch({ file: this.#file, name: "gated", args: { x }, check: "none" })),
    );
    await waiting;
    return launched.map(({ id }) => id);
  }

  /** Finds so many runs that wait, the ones that began first; gives their numbers. */
  find(count: number): readonly number[] {
    const found: number[] = [];
    for (const gate of this.engine.inspect.eachOpenGate()) {
      if (found.length === count) break;
      found.push(gate.value as number);
      this.#ids.set(gate.value as number, gate.runId);
    }
    return found;
  }

  /** Answers come one at a time, as requests do: the engine has its turn after each. */
  async answer(run: number): Promise<void> {
    this.engine.decide(this.#decisionOn(run));
    await setImmediate();
  }

  /** Seconds until as many runs, answered in lists, have ended. */
  async timeLists(runs: readonly number[]): Promise<number> {
    const ended = this.ended.more(runs.length);
    const start = performance.now();
    for (let from = 0; from < runs.length; from += LIST)
      this.engine.decide(runs.slice(from, from + LIST).map((run) => this.#decisionOn(run)));
    await ended;
    return (performance.now() - start) / 1000;
  }

  #decisionOn(run: number) {
    return { run: this.#ids.get(run) ?? "", gate: "ok", outcome: "approved", by: "ana" } as const;
  }
}
