import { lazy, type Arg, type Lazy, type Unlazy } from "../graph/lazy.ts";
import { lift, trace } from "../graph/lift.ts";
import { makeNode, type ClosureGraph, type GraphNode } from "../graph/node.ts";
import type { Closure, NodeIndex } from "../graph/template.ts";
import { typeAt } from "../types/assignable.ts";
import { checkOperand } from "./operand-types.ts";
import { parseDuration, type Duration } from "../types/duration.ts";
import type { TypeIr } from "../types/type-ir.ts";
import type { FailureKind, JobError } from "../runner/job.ts";

/* Control flow as expressions. Every closure is called once, with placeholders, and becomes a template. */

/** How one item of a list ended: its value, or the error that stopped it; and its position in the list, from 0. */
export type Settled<T> =
  | { readonly ok: true; readonly value: T; readonly error: null; readonly index: number }
  | { readonly ok: false; readonly value: null; readonly error: JobError; readonly index: number };

export interface MapOptions {
  /** Jobs of this map that may be submitted or running at a time; gates, timers and cached calls hold no place. */
  readonly concurrency?: number;
  /** Share of the items (0 to 1) that must succeed; given, the value is a list of settled results. */
  readonly minSuccess?: number;
}

/** Applies a closure to every item of a list; each item is reduced on its own. */
export function map<T, const R>(
  items: Arg<readonly T[]>,
  body: (item: Lazy<T>, index: Lazy<number>) => R,
  options: MapOptions & { readonly minSuccess: number },
): Lazy<Settled<Unlazy<R>>[]>;
export function map<T, const R>(
  items: Arg<readonly T[]>,
  body: (item: Lazy<T>, index: Lazy<number>) => R,
  options?: Omit<MapOptions, "minSuccess">,
): Lazy<Unlazy<R>[]>;
export function map(
  items: unknown,
  body: (item: Lazy<never>, index: Lazy<number>) => unknown,
  options: MapOptions = {},
): Lazy<unknown> {
  const list = lift(items);
  checkOperand("map", list, "a list");
  const closure = trace(body as never, [itemType(list.type), { kind: "integer" }]);
  const type: TypeIr | undefined =
    options.minSuccess === undefined && closure.result.type !== undefined
      ? { kind: "list", item: closure.result.type }
      : undefined;
  return lazy(
    makeNode({
      refs: [list],
      closures: [closure],
      make: ([from], [inner]) => ({
        op: "map",
        items: from as NodeIndex,
        body: inner as Closure,
        ...options,
      }),
      label: "map",
      type,
      locate: true,
    }),
  );
}

/**
 * Chooses a branch: `cond(test, () => a, () => b)`, or several tests in order with the last closure as the rest. Only
 * the chosen branch is reduced. Without a rest the value is null.
 */
export function cond<const A, const B>(
  test: Arg<boolean>,
  then: () => A,
  otherwise: () => B,
): Lazy<Unlazy<A> | Unlazy<B>>;
export function cond<const A>(test: Arg<boolean>, then: () => A): Lazy<Unlazy<A> | null>;
export function cond<const A, const B, const C>(
  ...clauses: readonly [
    test: Arg<boolean>,
    then: () => A,
    test2: Arg<boolean> | (() => Arg<boolean>),
    then2: () => B,
    otherwise: () => C,
  ]
): Lazy<Unlazy<A> | Unlazy<B> | Unlazy<C>>;
export function cond<R>(...clauses: readonly (Arg<boolean> | (() => unknown))[]): Lazy<R>;
export function cond(...clauses: readonly unknown[]): Lazy<unknown> {
  const closures: ClosureGraph[] = [];
  const pairs = Math.floor(clauses.length / 2);
  for (let index = 0; index < pairs; index++) {
    const test = closureOf(clauses[2 * index]);
    checkOperand("cond", test.result, "true or false");
    closures.push(test, closureOf(clauses[2 * index + 1]));
  }
  const rest = clauses.length % 2 === 1;
  if (rest) closures.push(closureOf(clauses.at(-1)));
  return lazy(
    makeNode({
      closures,
      make: (_refs, inner) => ({
        op: "cond",
        cases: Array.from({ length: pairs }, (_, index) => ({
          when: inner[2 * index] as Closure,
          then: inner[2 * index + 1] as Closure,
        })),
        otherwise: rest ? (inner.at(-1) as Closure) : null,
      }),
      label: "cond",
      locate: true,
    }),
  );
}

const closureOf = (clause: unknown): ClosureGraph =>
  trace(typeof clause === "function" ? (clause as () => unknown) : () => clause, []);

/** Folds a list, one item after another: the step gets what the step before gave. */
export function reduce<T, A>(
  items: Arg<readonly T[]>,
  initial: Arg<A>,
  step: (before: Lazy<A>, item: Lazy<T>, index: Lazy<number>) => Arg<A>,
): Lazy<A> {
  const [list, start] = [lift(items), lift(initial)];
  checkOperand("reduce", list, "a list");
  const closure = trace(step as never, [undefined, itemType(list.type), { kind: "integer" }]);
  return lazy(
    makeNode({
      refs: [list, start],
      closures: [closure],
      make: ([from, first], [body]) => ({
        op: "reduce",
        items: from as NodeIndex,
        initial: first as NodeIndex,
        body: body as Closure,
      }),
      label: "reduce",
      locate: true,
    }),
  );
}

export interface RepeatOptions {
  /** Rounds, the first included, after which it fails when the test was never true; default 1,000. */
  readonly maxAttempts?: number;
  /** Wait between rounds; default none. */
  readonly delay?: Duration;
}

/**
 * Repeats a step until a test on its result is true. The step always runs once before it is tested. Rounds are counted
 * from 0: in the first round the step gets `initial` and 0, and its result is tested with 0; in the next one the step gets
 * that result and 1. So the test is first true at round `n` when the step has run `n + 1` times. A call that should run
 * anew in each round takes the number as an argument, for equal calls are one job. Without delay no time passes between
 * rounds. Fails with `repeat-limit-reached` after `maxAttempts` rounds.
 */
export function repeat<A>(
  initial: Arg<A>,
  step: (before: Lazy<A>, attempt: Lazy<number>) => Arg<A>,
  until: (state: Lazy<A>, attempt: Lazy<number>) => Arg<boolean>,
  options: RepeatOptions = {},
): Lazy<A> {
  const start = lift(initial);
  const params: (TypeIr | undefined)[] = [undefined, { kind: "integer" }];
  const closures = [trace(step as never, params), trace(until as never, params)];
  const maxAttempts = options.maxAttempts ?? 1_000;
  const delayMs = options.delay === undefined ? 0 : parseDuration(options.delay);
  return lazy(
    makeNode({
      refs: [start],
      closures,
      make: ([first], [body, test]) => ({
        op: "repeat",
        initial: first as NodeIndex,
        body: body as Closure,
        until: test as Closure,
        maxAttempts,
        delayMs,
      }),
      label: "repeat",
      locate: true,
    }),
  );
}

/** Makes a value of an error, or an expression. */
export type Handler = (error: Lazy<JobError>) => unknown;

/** Handlers by failure kind, or one for all kinds but `misuse` and `cancelled`. */
export type Handlers = Handler | { readonly [K in FailureKind]?: Handler };

type HandlerOf<H> = H extends Handler ? H : H[keyof H];
type HandledValue<H> =
  HandlerOf<H> extends infer F ? (F extends (error: never) => infer B ? Unlazy<B> : never) : never;

/**
 * The value of the body, or what the matching handler makes of its error. It waits until the body is settled to the
 * bottom, so that the value does not depend on timing (C1). An error without a handler, and a handler's own, pass on.
 */
export function catchError<A, const H extends Handlers>(
  body: () => A,
  handlers: H,
): Lazy<Unlazy<A> | HandledValue<H>> {
  const list = typeof handlers === "function" ? [["", handlers] as const] : Object.entries(handlers);
  const closures = [trace(body, []), ...list.map(([, handler]) => trace(handler as never, [undefined]))];
  return lazy(
    makeNode({
      closures,
      make: (_refs, [inner, ...rest]) => ({
        op: "catch",
        body: inner as Closure,
        handlers: list.map(([kind], index) => ({
          kinds: kind === "" ? [] : [kind],
          handler: rest[index] as Closure,
        })),
      }),
      label: "catchError",
      locate: true,
    }),
  );
}

/** Splits a list into what succeeded and what failed: each item as `{ ok, value, error, index }`, in order. */
export function settle<T>(items: Arg<readonly T[]>): Lazy<Settled<T>[]> {
  return lazy(
    makeNode({
      refs: [lift(items)],
      make: ([from]) => ({ op: "settle", items: from as NodeIndex, mode: "each" }),
      label: "settle",
      locate: true,
    }),
  );
}

/** A structure of lazy parts as one lazy value; it fails with the first part that fails. */
export const all = <const T>(parts: T): Lazy<Unlazy<T>> => lazy(lift(parts));

/** The expression, not started before everything in `waits` is there. It orders this use only (C3). */
export function after<R>(waits: unknown, body: () => R): Lazy<Unlazy<R>> {
  const refs: GraphNode[] = Array.isArray(waits) ? waits.map(lift) : [lift(waits)];
  const closure = trace(body, []);
  return lazy(
    makeNode({
      refs,
      closures: [closure],
      make: (indices, [inner]) => ({ op: "after", waits: indices, body: inner as Closure }),
      type: closure.result.type,
      label: "after",
    }),
  );
}

/** The values of the expressions, each started only when the one before is there. */
export function seq<const T extends readonly unknown[]>(
  items: T,
): Lazy<{ -readonly [K in keyof T]: Unlazy<T[K]> }> {
  return lazy(
    makeNode({ refs: items.map(lift), make: (refs) => ({ op: "seq", items: refs }), label: "seq" }),
  );
}

/** Fails with a message, as a task that throws does. */
export function fail(message: Arg<string>): Lazy<never> {
  return lazy(
    makeNode({
      refs: [lift(message)],
      make: ([text]) => ({ op: "fail", message: text as NodeIndex }),
      label: "fail",
      locate: true,
    }),
  );
}

const itemType = (list: TypeIr | undefined): TypeIr | undefined =>
  list === undefined ? undefined : typeAt(list, 0);
