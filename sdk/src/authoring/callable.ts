import { lazy, setLazyCaller, taskTypeOf, type Args, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { makeNode, valueNode, type GraphNode } from "../graph/node.ts";
import { hashTemplate } from "../graph/template-hash.ts";
import type { Placement, Template } from "../graph/template.ts";
import {
  brandCallable,
  setCallableWrapper,
  setTemplateHasher,
  type CallableFields,
} from "../values/callable.ts";
import { checkArguments, withDefaults } from "./check-arguments.ts";
import { checkPlacement } from "./check-options.ts";
import type { PlacementOptions, ResourceFunction, ResourceOptions } from "./options.ts";
import { findTask } from "./registry.ts";
import { traceResources } from "./trace-resources.ts";

/**
 * A task or workflow that can be called: the call is an expression and runs nothing. It is also a value: it can be an
 * argument or a result.
 */
export interface Task<in I, out O> {
  (args: Args<I>): Lazy<O>;
  /** The same task placed differently: resources, executor, retries, … never what changes its value. */
  with(placement: PlacementOptions<ResourceOptions | ResourceFunction<I>>): Task<I, O>;
  readonly taskName: string;
}

/** Makes the callable of a definition. */
export function makeCallable<I, O>(
  target: "task" | "workflow",
  name: string,
  placement?: Placement,
): Task<I, O> {
  const call = (args: unknown): Lazy<O> => lazy<O>(callNode(target, name, args, placement));
  const callable = Object.assign(call, {
    taskName: name,
    with: (more: PlacementOptions) => {
      checkPlacement(name, more as Record<string, unknown>);
      const traced = traceResources(name, more, () => findTask(name)?.input ?? { kind: "any" });
      return makeCallable<I, O>(target, name, { ...placement, ...traced });
    },
  });
  Object.defineProperty(callable, "name", { value: name });
  return brandCallable(callable, { kind: target, name }) as Task<I, O>;
}

function callNode(
  target: "task" | "workflow",
  name: string,
  args: unknown,
  placement?: Placement,
): GraphNode {
  const definition = findTask(name);
  const given = args ?? {};
  if (definition !== undefined) checkArguments(name, definition.input, given);
  // A workflow may open in its caller's place: then nothing binds its arguments but this.
  const bound = definition?.kind === "workflow" ? withDefaults(definition.input, given) : given;
  return makeNode({
    refs: [lift(bound)],
    make: ([record]) => ({
      op: "call",
      target,
      name,
      args: record as number,
      ...(placement === undefined ? {} : { placement }),
    }),
    label: name,
    type: definition?.output,
    locate: true,
  });
}

/** Calls a task or lambda that is itself a lazy value or was bound with `partial`. Throws `wrong-argument`. */
export function applyCallable(callee: GraphNode, args: readonly unknown[]): GraphNode {
  const type = taskTypeOf(callee.type);
  if (type?.input?.kind === "record")
    checkArguments(callee.label ?? "a task value", type.input, args[0] ?? {});
  return makeNode({
    refs: [callee, ...args.map(lift)],
    make: ([first, ...rest]) => ({ op: "apply", callee: first as number, args: rest }),
    label: "apply",
    type: type?.output,
    locate: true,
  });
}

setLazyCaller(applyCallable);
setTemplateHasher((template) => hashTemplate(template as Template));

setCallableWrapper((fields: CallableFields) => {
  if (fields.kind !== "lambda" && fields.bound === undefined)
    return makeCallable(fields.kind, fields.name) as never;
  const callable = (...args: unknown[]): Lazy<unknown> => lazy(applyCallable(valueNode(callable), args));
  return brandCallable(callable, fields);
});
