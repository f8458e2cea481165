import { isLigaseError } from "@ligase/sdk";
import {
  compileExpression,
  containsLazy,
  encode,
  findTask,
  type JobError,
  type TaskDefinition,
} from "@ligase/sdk/internal";
import type { CallRequest, Effects, GateRequest, Program } from "../effects.ts";
import { Reducer, type Result } from "../reducer.ts";

/* The reducer driven by hand: no store, no scheduler, and calls that end in the order the test chooses. */

/** The workflows that the test file defined. */
export const definedProgram: Program = {
  workflow: (name) => definitionOf(name, "workflow").template,
  reachesGate: () => false,
};

export interface DriveOptions {
  /** Which of the calls that run ends next; the first by default. */
  readonly pick?: (running: number) => number;
  /** Items of maps that may be open at a time. */
  readonly window?: number;
  /** Called after every step. */
  readonly watch?: (drive: Drive) => void;
}

/** How a reduction ended, and what was called for it: each distinct call once, as `name(arguments)`. */
export interface Driven {
  readonly value: unknown;
  readonly error: JobError | null;
  readonly calls: readonly string[];
}

/** Reduces an expression to its end. Task bodies run in this process, equal calls are one (C7). */
export function reduceAll(expression: unknown, options: DriveOptions = {}): Driven {
  const drive = new Drive(expression, options);
  while (drive.result === null) drive.step();
  const { result, calls } = drive;
  return "error" in result
    ? { value: null, error: result.error, calls }
    : { value: result.value, error: null, calls };
}

/** One reduction, a step at a time. */
export class Drive {
  readonly reducer: Reducer;
  readonly calls: string[] = [];
  readonly gates: GateRequest[] = [];
  readonly running: CallRequest[] = [];
  /** By key: the call that is pending, or how it ended. */
  readonly #known = new Map<string, number | Result>();
  readonly #keys = new Map<number, string>();
  readonly #options: DriveOptions;

  constructor(expression: unknown, options: DriveOptions = {}) {
    const { window } = options;
    const template = compileExpression(expression);
    this.#options = options;
    this.reducer = new Reducer({
      program: definedProgram,
      template,
      args: {},
      ...(window === undefined ? {} : { window }),
    });
    this.take();
  }

  get result(): Result | null {
    return this.reducer.result;
  }

  /** Ends one call that runs, or, when none does, finds what waits for itself. */
  step(): void {
    const { pick = () => 0, watch } = this.#options;
    const [call] = this.running.splice(pick(this.running.length), 1);
    if (call !== undefined) this.#end(call);
    else if (!this.reducer.failCycles()) throw new Error("The reduction waits for nothing.");
    this.take();
    watch?.(this);
  }

  take(): void {
    for (let effects = this.reducer.take(); effects !== null; effects = this.reducer.take())
      this.#note(effects);
  }

  #note({ calls, settled, gates, delays }: Effects): void {
    for (const { id, result } of settled)
      this.#settle(id, "error" in result ? result : { value: result.value, origin: null });
    for (const call of calls) this.#ask(call);
    for (const { id } of delays) this.reducer.resolveDelay(id);
    this.gates.push(...gates);
  }

  #ask(call: CallRequest): void {
    const key = `${call.name}(${encode(call.args)})`;
    const known = this.#known.get(key);
    if (typeof known === "number") return this.reducer.resolveShared(call.id, known);
    if (known !== undefined) return this.reducer.resolve(call.id, known);
    this.#known.set(key, call.id);
    this.#keys.set(call.id, key);
    this.calls.push(key);
    this.running.push(call);
  }

  #settle(id: number, result: Result): void {
    const key = this.#keys.get(id);
    if (key !== undefined) this.#known.set(key, result);
  }

  #end(call: CallRequest): void {
    if (call.target === "workflow") {
      return this.reducer.resolveWorkflow(
        call.id,
        definedProgram.workflow(call.name),
        call.args,
        call.origin,
      );
    }
    const result = this.#run(call);
    if (result === null) return;
    this.#settle(call.id, result);
    this.reducer.resolve(call.id, result);
  }

  /** Runs a body; null when it gave an expression, which is opened in the call's place. */
  #run(call: CallRequest): Result | null {
    try {
      const value = definitionOf(call.name, "task").run(call.args as never, null as never);
      if (!containsLazy(value)) return { value, origin: null };
      this.reducer.resolveExpression(call.id, compileExpression(value));
      return null;
    } catch (error) {
      const { name, message } = error as Error;
      return { error: { kind: isLigaseError(error) ? "misuse" : "user", name, message } };
    }
  }
}

function definitionOf<K extends "task" | "workflow">(
  name: string,
  kind: K,
): Extract<TaskDefinition, { kind: K }> {
  const definition = findTask(name);
  if (definition?.kind !== kind) throw new Error(`${name} is not a ${kind}.`);
  return definition as Extract<TaskDefinition, { kind: K }>;
}
