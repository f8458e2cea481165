import type { JobContext } from "../runner/job-context.ts";
import { makeCallable, type Task } from "./callable.ts";
import { checkOptions } from "./check-options.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { DeclaredOptions } from "./options.ts";
import { registerTask } from "./registry.ts";
import {
  definitionSite,
  Interface,
  outputTypeOf,
  type OutputSchema,
  type ResultValue,
  type Returns,
  type Shape,
  type ShapeInput,
  type ShapeOutput,
} from "./shape.ts";
import { traceResources } from "./trace-resources.ts";

export interface TaskDeclaration<I extends Shape, O extends OutputSchema | undefined> extends DeclaredOptions<
  ShapeOutput<I>
> {
  /** Letters, digits, `-`, `_`, `.`; unique in the project; what the cache and the logs know the task by. */
  readonly name: string;
  readonly input?: I;
  /** Checked when the body returns; when left out, the type is what the body returns and any value passes. */
  readonly output?: O;
}

/**
 * A function task. The body gets known values only and the job's context; it may be async, and may return a value or an
 * expression that is reduced in its place. Calling the task runs nothing: it gives a lazy value.
 *
 * Throws `task-name-taken`, `task-name-not-valid`, `option-not-valid`, `option-unknown`, `resources-not-traceable`.
 */
export function task<
  const I extends Shape = Record<never, never>,
  const O extends OutputSchema | undefined = undefined,
  R extends Returns<O> = Returns<O>,
>(
  declaration: TaskDeclaration<I, O>,
  body: (args: ShapeOutput<I>, ctx: JobContext) => R | Promise<R>,
): Task<ShapeInput<I>, ResultValue<O, Awaited<R>>> {
  const { name, input, output, ...options } = declaration;
  checkOptions(name, options);
  const types = new Interface(input ?? {}, () => outputTypeOf(output));
  const definition: FunctionDefinition = Object.assign(types, {
    kind: "task" as const,
    name,
    options: traceResources(name, options, () => types.input),
    site: definitionSite(),
    // Called by itself, so that a stack trace shows the user's place and no class of the SDK.
    run: (args: ShapeOutput<I>, ctx: JobContext) => body(args, ctx),
  });
  registerTask(definition);
  return makeCallable("task", name);
}
