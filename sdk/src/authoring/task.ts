import type { Arg, Unlazy } from "../graph/lazy.ts";
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
  type SchemaValue,
  type Shape,
  type ShapeInput,
  type ShapeOutput,
} from "./shape.ts";
import { traceResources } from "./trace-resources.ts";

/** What a body may return: a value, an expression, or a structure that holds both. */
type Returns<O> = [O] extends [OutputSchema] ? Arg<SchemaValue<O>> : unknown;

/** The value of a task: by its declared output, else by what the body returns. */
type TaskValue<O, R> = [O] extends [OutputSchema] ? SchemaValue<O> : Unlazy<Awaited<R>>;

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
): Task<ShapeInput<I>, TaskValue<O, R>> {
  const { name, input, output, ...options } = declaration;
  checkOptions(name, options);
  const types = new Interface(input ?? {}, () => outputTypeOf(output));
  const definition: FunctionDefinition = Object.assign(types, {
    kind: "task" as const,
    name,
    options: traceResources(name, options, () => types.input),
    site: definitionSite(),
    run: body,
  });
  registerTask(definition);
  return makeCallable("task", name);
}
