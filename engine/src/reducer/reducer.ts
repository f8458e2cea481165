import type { JobError, Template, TemplateNode } from "@ligase/sdk/internal";
import { unreachable } from "@ligase/sdk/internal";
import { errorOf, find, isWholeSettled, knownCell, type Cell, type Origin } from "./cell.ts";
import { noEffects, type Effects, type Program } from "./effects.ts";
import { firstKnownError } from "./first-error.ts";
import { OpenFrame } from "./frame.ts";
import { apply, call, expandCall, lambda, partial } from "./operations/calls.ts";
import {
  after,
  catchOperation,
  cond,
  fail,
  reduce,
  repeat,
  resumeRepeat,
  seq,
  settle,
} from "./operations/control.ts";
import { get, list, param, primitive, record, value } from "./operations/data.ts";
import { gate, resolveGate } from "./operations/gate.ts";
import { map } from "./operations/map.ts";
import { frameOf } from "./operations/operands.ts";
import { rows } from "./operations/rows.ts";
import { Reduction } from "./reduction.ts";
import { failCycle, failCycles, ownName } from "./wait-graph.ts";

/** Items of maps that may be materialised at a time (C5). */
export const WINDOW = 10_000;

export type Result = { readonly value: unknown; readonly origin: Origin } | { readonly error: JobError };

/**
 * The reducer: results go in; calls to look up, gates to open and delays to set come out. It is a pure function of what
 * went in, without clock, store or promise: single reduction as in redun, on cells instead of expression rewriting.
 */
export class Reducer {
  readonly #reduction: Reduction;
  readonly #root: Cell;
  /** Something went in since the last time. */
  #hasNews = true;

  constructor(options: { program: Program; template: Template; args: unknown; window?: number }) {
    this.#reduction = new Reduction(options.program, options.window ?? WINDOW, advance);
    const input = knownCell(options.args, { kind: "input", id: 0, path: "" });
    const frame = new OpenFrame(options.template, [input], {
      owner: 0,
      limiter: null,
      opened: null,
      item: null,
      path: null,
    });
    this.#root = frame.result;
    this.#reduction.root = this.#root;
    this.#reduction.wantWhole(this.#root);
  }

  /** Reduces as far as possible and gives what is asked of the world since the last time; null when nothing went in. */
  take(): Effects | null {
    if (!this.#hasNews) return null;
    this.#hasNews = false;
    this.#reduction.run();
    const effects = this.#reduction.effects;
    this.#reduction.effects = noEffects();
    return effects;
  }

  /** The run's value or error, once it is known to the bottom. */
  get result(): Result | null {
    const root = find(this.#root);
    if (!isWholeSettled(root)) return null;
    const error = errorOf(root);
    return error === null ? { value: root.value, origin: root.origin } : { error };
  }

  /** The error that a run reports which stops before its value is known (C1). */
  get firstError(): JobError | null {
    return firstKnownError(this.#root);
  }

  /** Answers a call with its value or error. */
  resolve(id: number, result: Result): void {
    this.#hasNews = true;
    const cell = this.#reduction.answered(id);
    this.#reduction.pending.delete(id);
    if ("error" in result) this.#reduction.setFailed(cell, result.error);
    else this.#reduction.setWhole(cell, result.value, result.origin);
  }

  /** Answers a task call with an expression: it is reduced in the call's place, to the bottom. */
  resolveExpression(id: number, template: Template): void {
    this.#hasNews = true;
    expandCall(this.#reduction, id, { template, args: [], whole: true });
  }

  /** Answers a workflow call with its template: no earlier run knows its value. */
  resolveWorkflow(id: number, template: Template, args: unknown, origin: Origin): void {
    this.#hasNews = true;
    expandCall(this.#reduction, id, { template, args: [knownCell(args, origin)], whole: false });
  }

  /** Answers a call with an equal one of this run that is pending: they are one job from here on (C7). */
  resolveShared(id: number, other: number): void {
    this.#hasNews = true;
    const primary = this.#reduction.pending.get(other);
    if (primary === undefined) throw new Error(`Call ${other} is not pending.`);
    const cell = this.#reduction.answered(id);
    this.#reduction.pending.delete(id);
    // The pending call stands for this one already: its expression is this call alone.
    if (find(primary) === cell) failCycle(this.#reduction, cell, ownName(primary));
    else this.#reduction.link(cell, primary);
  }

  /** Whether a call is not answered yet. */
  isPending(id: number): boolean {
    return this.#reduction.pending.has(id);
  }

  resolveGate(id: number, result: Result): void {
    this.#hasNews = true;
    resolveGate(this.#reduction, id, result);
  }

  /** The delay is over. */
  resolveDelay(id: number): void {
    this.#hasNews = true;
    resumeRepeat(this.#reduction, id);
  }

  /** Whether anything outside still has to answer. */
  get isWaiting(): boolean {
    return this.#reduction.requests.size > 0;
  }

  /** Fails calls that wait for themselves; for when nothing runs and nothing is due (C4). */
  failCycles(): boolean {
    this.#hasNews = true;
    return failCycles(this.#reduction);
  }
}

function advance(reduction: Reduction, cell: Cell): void {
  const node: TemplateNode = frameOf(cell).node(cell.node);
  switch (node.op) {
    case "value":
      return value(reduction, cell, node);
    case "param":
      return param(reduction, cell, node);
    case "get":
      return get(reduction, cell, node);
    case "list":
      return list(reduction, cell, node);
    case "record":
      return record(reduction, cell, node);
    case "primitive":
      return primitive(reduction, cell, node);
    case "call":
      return call(reduction, cell, node);
    case "apply":
      return apply(reduction, cell, node);
    case "partial":
      return partial(reduction, cell, node);
    case "lambda":
      return lambda(reduction, cell, node);
    case "map":
      return map(reduction, cell, node);
    case "rows":
      return rows(reduction, cell, node);
    case "reduce":
      return reduce(reduction, cell, node);
    case "repeat":
      return repeat(reduction, cell, node);
    case "cond":
      return cond(reduction, cell, node);
    case "catch":
      return catchOperation(reduction, cell, node);
    case "settle":
      return settle(reduction, cell, node);
    case "after":
      return after(reduction, cell, node);
    case "seq":
      return seq(reduction, cell, node);
    case "gate":
      return gate(reduction, cell, node);
    case "fail":
      return fail(reduction, cell, node);
    default:
      return unreachable(node);
  }
}
