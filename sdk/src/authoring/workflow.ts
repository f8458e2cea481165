import { compileBody } from "../graph/compile.ts";
import { lazy, type Lazy, type Unlazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { inScope, paramNode } from "../graph/node.ts";
import type { Template } from "../graph/template.ts";
import { LigaseError } from "../errors/ligase-error.ts";
import { assignable } from "../types/assignable.ts";
import type { TypeIr } from "../types/type-ir.ts";
import { makeCallable, type Task } from "./callable.ts";
import { checkOptions } from "./check-options.ts";
import type { WorkflowDefinition } from "./definition.ts";
import { registerTask } from "./registry.ts";
import { definitionSite, Interface, outputTypeOf, type OutputSchema, type SchemaValue, type Shape, type ShapeInput, type ShapeOutput } from "./shape.ts";

export interface WorkflowDeclaration<I extends Shape, O extends OutputSchema | undefined> {
  readonly name: string;
  readonly description?: string;
  readonly input?: I;
  /** Checked against the body when the workflow is compiled; needed when the workflow calls itself. */
  readonly output?: O;
}

type WorkflowArgs<I extends Shape> = { readonly [K in keyof ShapeOutput<I>]: Lazy<ShapeOutput<I>[K]> };
type WorkflowValue<O, R> = [O] extends [OutputSchema] ? SchemaValue<O> : Unlazy<R>;

/**
 * A workflow: a named, typed function that only composes calls. Its body runs once, with placeholders, and becomes a
 * template; it may call itself.
 *
 * Throws `task-name-taken`, `task-name-not-valid`; when it is compiled whatever is wrong in its body.
 */
export function workflow<
  const I extends Shape = Record<never, never>,
  const O extends OutputSchema | undefined = undefined,
  R = unknown,
>(declaration: WorkflowDeclaration<I, O>, body: (args: WorkflowArgs<I>) => R): Task<ShapeInput<I>, WorkflowValue<O, R>> {
  const { name, input, output, description } = declaration;
  const options = description === undefined ? {} : { description };
  checkOptions(name, options);
  const types = new Interface(input ?? {}, () => outputTypeOf(output));
  let template: Template | undefined;
  const definition: WorkflowDefinition = Object.defineProperty(
    Object.assign(types, { kind: "workflow" as const, name, options, site: definitionSite() }),
    "template",
    { get: () => (template ??= compileWorkflow(name, types, output === undefined ? undefined : types.output, body as never)) },
  ) as never;
  registerTask(definition);
  return makeCallable("workflow", name);
}

function compileWorkflow(name: string, types: Interface, output: TypeIr | undefined, body: (args: unknown) => unknown): Template {
  return inScope({ params: 1, detached: true }, (scope) => {
    const result = lift(body(lazy(paramNode(0, types.input))));
    if (output !== undefined && result.type !== undefined) {
      const fits = assignable(result.type, output);
      if (fits !== true) throw new LigaseError("wrong-output", { workflow: name, path: fits.path, reason: fits.reason });
    }
    return compileBody({ scope, result });
  });
}
