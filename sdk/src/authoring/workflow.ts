import { compileBody } from "../graph/compile.ts";
import { isLazy, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { inScope } from "../graph/node.ts";
import { strictWorkflows } from "../graph/strict-calls.ts";
import type { Template } from "../graph/template.ts";
import { LigaseError } from "../errors/ligase-error.ts";
import { assignable } from "../types/assignable.ts";
import { makeCallable, type Task } from "./callable.ts";
import { checkOptions } from "./check-options.ts";
import type { Site, WorkflowDefinition } from "./definition.ts";
import { findTask, registerTask } from "./registry.ts";
import { workflowArguments } from "./signal.ts";
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

export interface WorkflowDeclaration<I extends Shape, O extends OutputSchema | undefined> {
  readonly name: string;
  readonly description?: string;
  readonly input?: I;
  /** Checked against the body when the workflow is compiled; needed when the workflow calls itself. */
  readonly output?: O;
}

/** The inputs as the body sees them. */
export type WorkflowArgs<I extends Shape> = { readonly [K in keyof ShapeOutput<I>]: Lazy<ShapeOutput<I>[K]> };

/** What the compiler shows where a body is async. */
interface WorkflowIsNotAsync {
  readonly "A workflow's body is not async: it composes calls, and what takes time is a task's work": never;
}

type NotAsync<R> = R extends PromiseLike<unknown> ? WorkflowIsNotAsync : unknown;

/**
 * A workflow: a named, typed function that only composes calls. Its body runs once, with placeholders, and becomes a
 * template; it may call itself.
 *
 * Throws `task-name-taken`, `task-name-not-valid`; when it is compiled whatever is wrong in its body.
 */
export function workflow<
  const I extends Shape = Record<never, never>,
  const O extends OutputSchema | undefined = undefined,
  R extends Returns<O> = Returns<O>,
>(
  declaration: WorkflowDeclaration<I, O>,
  body: (args: WorkflowArgs<I>) => R & NotAsync<R>,
): Task<ShapeInput<I>, ResultValue<O, R>> {
  const { name, input, output, description } = declaration;
  const options = description === undefined ? {} : { description };
  checkOptions(name, options);
  const shape = input ?? {};
  const types = new Interface(shape, () => outputTypeOf(output), { signals: true });
  const hasOutput = output !== undefined;
  const compile = (): Template =>
    compileWorkflow({ name, shape, types, hasOutput, body: body as never, site });
  const site = definitionSite();
  const definition = Object.assign(types, { kind: "workflow" as const, name, options, site });
  Object.defineProperty(definition, "template", { get: compileOnce(name, site, compile) });
  registerTask(definition as Interface as unknown as WorkflowDefinition);
  return makeCallable("workflow", name);
}

/** The template is kept before what it calls is looked at, for a workflow may call itself. */
function compileOnce(name: string, site: Site | null, compile: () => Template): () => Template {
  let template: Template | undefined;
  return () => {
    if (template !== undefined) return template;
    template = compile();
    try {
      refuseEndless(name, template, site);
    } catch (error) {
      template = undefined;
      throw error;
    }
    return template;
  };
}

function compileWorkflow(declared: {
  name: string;
  shape: Shape;
  types: Interface;
  hasOutput: boolean;
  body: (args: unknown) => unknown;
  site: Site | null;
}): Template {
  const { name, shape, types } = declared;
  return inScope({ params: 1, detached: true }, (scope) => {
    const returned = declared.body(workflowArguments(shape, types.input));
    if (!isLazy(returned) && returned instanceof Promise) {
      returned.catch(() => undefined);
      throw new LigaseError("workflow-async", { workflow: name, at: placeOf(declared.site) });
    }
    const result = lift(returned);
    if (declared.hasOutput && result.type !== undefined) {
      const fits = assignable(result.type, types.output);
      if (fits !== true) {
        const at = result.at ?? placeOf(declared.site);
        throw new LigaseError("wrong-output", { workflow: name, path: fits.path, reason: fits.reason, at });
      }
    }
    return compileBody({ scope, result });
  });
}

/** A workflow that always calls itself, directly or through others, would open frames for ever. */
function refuseEndless(name: string, template: Template, site: Site | null): void {
  const visit = (calls: ReadonlySet<string>, path: readonly string[]): void => {
    for (const called of calls) {
      if (called === name)
        throw new LigaseError("workflow-without-end", {
          cycle: [...path, name].join(" → "),
          at: placeOf(site),
        });
      if (path.includes(called)) continue;
      const definition = findTask(called);
      if (definition?.kind === "workflow") visit(strictWorkflows(definition.template), [...path, called]);
    }
  };
  visit(strictWorkflows(template), [name]);
}

const placeOf = (site: Site | null): string | null =>
  site === null ? null : `${site.file}:${site.line}:${site.column}`;
