import type { z } from "zod";
import type { Arg, Lazy, Unlazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { currentScope, type Scope } from "../graph/node.ts";
import { parseDuration, type Duration } from "../types/duration.ts";
import { fromZod } from "../types/from-zod.ts";
import { makeGate, notValid, type GateOptions } from "./make-gate.ts";

export type { GateDeciders, GateOptions } from "./make-gate.ts";

export interface ApproveOptions extends GateOptions {
  /** Whoever approves may edit the value; the run goes on with the edited one. Default false. */
  readonly editable?: boolean;
}

/** A decision as data. */
export interface Decision {
  readonly outcome: "approved" | "rejected" | "expired";
  readonly by: string | null;
  readonly at: Date | null;
  readonly comment: string | null;
}

/** A decision with what its maker filled in; null unless it is an approval. */
export interface AnsweredDecision<A> extends Decision {
  readonly answers: A | null;
}

export interface ReviewOptions<S extends z.ZodType> extends GateOptions {
  /** What whoever approves fills in: the type of the `answers`. */
  readonly form: S;
}

/** Waits until somebody approves, then passes the value on. A rejection or time-out fails with a kind of its own. */
export function approve<V>(value: V, options: ApproveOptions): Lazy<Unlazy<V>> {
  const lifted = lift(value);
  const { type } = lifted;
  if (options.editable === true && type === undefined)
    throw notValid(
      options.name,
      "its value has no declared type, so that an edited one could not be checked",
    );
  return makeGate("approve", {
    value: lifted,
    options,
    schema: options.editable === true ? (type ?? null) : null,
    type,
  });
}

/**
 * Waits for a decision and returns it as data to branch on; a rejection or time-out does not fail. With a `form`, whoever
 * approves answers it, and the decision has the `answers`.
 */
export function review<S extends z.ZodType>(
  value: unknown,
  options: ReviewOptions<S>,
): Lazy<AnsweredDecision<z.output<S>>>;
export function review(value: unknown, options: GateOptions): Lazy<Decision>;
export function review(value: unknown, options: GateOptions & { readonly form?: z.ZodType }): Lazy<Decision> {
  const schema = options.form === undefined ? null : fromZod(options.form);
  return makeGate("review", { value: lift(value), options, schema });
}

export interface InputOptions<T> extends GateOptions {
  /** Given, it is the value when the time is up; otherwise a time-out fails. */
  readonly default?: T;
}

/** Waits for a value of the given schema from outside. */
export function waitForInput<S extends z.ZodType>(
  schema: S,
  options: InputOptions<z.output<S>>,
): Lazy<z.output<S>> {
  const type = fromZod(schema);
  return makeGate("input", {
    value: lift(options.default ?? null),
    options,
    schema: type,
    type,
    hasDefault: options.default !== undefined,
  });
}

const sleeps = new WeakMap<Scope, number>();

/** Becomes null after a time, which may be days: only a row waits. */
export function sleep(
  duration: Duration | Arg<number>,
  options: { readonly name?: string } = {},
): Lazy<null> {
  const scope = currentScope();
  const number = (sleeps.get(scope) ?? 0) + 1;
  sleeps.set(scope, number);
  const ms = typeof duration === "object" ? duration : parseDuration(duration);
  return makeGate<null>("sleep", {
    value: lift(ms),
    options: { name: options.name ?? `sleep-${number}` },
    schema: null,
    type: { kind: "null" },
  });
}
