import type { z } from "zod";
import { lazy, nodeOf, type Arg, type Args, type Lazy, type LazyValue, type Unlazy } from "../graph/lazy.ts";
import { lift, trace } from "../graph/lift.ts";
import { makeNode } from "../graph/node.ts";
import type { Closure, NodeIndex } from "../graph/template.ts";
import { taskType as taskSchema } from "../types/schemas.ts";
import { applyCallable } from "./callable.ts";

/* Tasks and closures as values: arguments and results like any other. */

/** A task, workflow or lambda as a value: calling it is an expression. */
export type TaskValue<I, O> = (args: ArgumentOf<I>) => Lazy<O>;

/** Arguments by name, or what a lambda of one parameter takes. */
type ArgumentOf<I> = [I] extends [Readonly<Record<string, unknown>>] ? Args<I> : Arg<I>;

/**
 * The type of a task or lambda passed as a value; a side that is left out accepts any type. Its key follows its code.
 * A body gets a callable; in a workflow the lazy one is called in the same way.
 */
export function taskType<
  Input extends z.ZodType = z.ZodUnknown,
  Output extends z.ZodType = z.ZodUnknown,
>(types: {
  readonly input?: Input;
  readonly output?: Output;
}): z.ZodType<TaskValue<z.input<Input>, z.output<Output>>, TaskValue<z.input<Input>, z.output<Output>>> {
  return taskSchema(types) as never;
}

/** A task with some of its arguments bound. They are not evaluated before it is called. */
export function partial<I, O, const B extends { readonly [K in keyof I]?: Arg<I[K]> }>(
  callee: ((args: Args<I>) => Lazy<O>) | LazyValue<(args: Args<I>) => Lazy<O>>,
  bound: B,
): Lazy<(args: Args<Omit<I, keyof B>>) => Lazy<O>> {
  const refs = [lift(callee), lift(bound)];
  const make = ([target, args]: readonly NodeIndex[]) =>
    ({ op: "partial", callee: target as NodeIndex, args: args as NodeIndex }) as const;
  return lazy(makeNode({ refs, make, type: { kind: "task" }, label: "partial" }));
}

/**
 * A closure as a value: it can be an argument of a task or workflow, or part of a result. The types of its parameters
 * are written down: `lambda((x: Lazy<number>) => add(x, 1))`, or `lambda<[number], Lazy<number>>((x) => add(x, 1))`.
 */
export function lambda<P extends readonly LazyValue<unknown>[], R>(
  body: (...args: P) => R,
): Lazy<(...args: { [K in keyof P]: Arg<Unlazy<P[K]>> }) => Lazy<Unlazy<R>>>;
export function lambda<A extends readonly unknown[], R>(
  body: (...args: { [K in keyof A]: Lazy<A[K]> }) => R,
): Lazy<(...args: { [K in keyof A]: Arg<A[K]> }) => Lazy<Unlazy<R>>>;
export function lambda(body: (...args: never[]) => unknown): unknown {
  const closure = trace(
    body as never,
    Array.from({ length: body.length }, () => undefined),
  );
  const output = closure.result.type;
  return lazy(
    makeNode({
      closures: [closure],
      make: (_refs, [inner]) => ({ op: "lambda", closure: inner as Closure }),
      type: { kind: "task", ...(output === undefined ? {} : { output }) },
      label: "lambda",
    }),
  );
}

/** Calls a task or lambda that is itself a lazy value. */
export function apply<A extends readonly unknown[], O>(
  callee: LazyValue<(...args: A) => Lazy<O>>,
  ...args: A
): Lazy<O> {
  return lazy(applyCallable(nodeOf(callee), args));
}
