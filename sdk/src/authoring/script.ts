import { LigaseError } from "../errors/ligase-error.ts";
import { compileBody } from "../graph/compile.ts";
import { isPure } from "../graph/evaluate.ts";
import { lazy, type Arg, type Lazy } from "../graph/lazy.ts";
import { listNode } from "../graph/lift.ts";
import { inScope, paramNode } from "../graph/node.ts";
import { makeCallable, type Task } from "./callable.ts";
import { checkOptions } from "./check-options.ts";
import type { ScriptDefinition } from "./definition.ts";
import type { TaskOptions } from "./options.ts";
import { outputPaths, outputType, traceOutputs, type OutputPaths, type OutputShape, type OutputValue } from "./output.ts";
import { registerTask } from "./registry.ts";
import { renderScript, type ScriptTemplate } from "./script-template.ts";
import { definitionSite, Interface, type Shape, type ShapeInput, type ShapeOutput } from "./shape.ts";
import { traceParts, ValueList, type Shell } from "./shell.ts";

/** The inputs as the command sees them: lazy fields, for they are put in place when the job runs. */
export type ScriptArgs<I extends Shape> = { readonly [K in keyof ShapeOutput<I>]: Lazy<ShapeOutput<I>[K]> };

export interface ScriptDeclaration<I extends Shape, O extends OutputShape> extends TaskOptions {
  readonly name: string;
  readonly input?: I;
  /** Declared outputs, or a function of the inputs when their paths depend on them. */
  readonly output: O | ((args: ScriptArgs<I>) => O);
  /** The command. It runs under `bash -euo pipefail` in an empty folder, unless its first line is a `#!`. */
  readonly command: (args: ScriptArgs<I>, outputs: OutputPaths<O>) => Shell;
}

/**
 * A script task: a shell command with typed inputs and declared outputs. The command is traced once into data, so that
 * its text is part of the task's hash and no user code runs where jobs are started.
 *
 * Throws `task-name-taken`, `task-name-not-valid`, `option-not-valid`; on first use `command-not-traceable`.
 */
export function script<const I extends Shape = Record<never, never>, const O extends OutputShape = OutputShape>(
  declaration: ScriptDeclaration<I, O>,
): Task<ShapeInput<I>, OutputValue<O>> {
  const { name, input, output, command, ...options } = declaration;
  checkOptions(name, options);
  const shape = (args: unknown): OutputShape => (typeof output === "function" ? output(args as ScriptArgs<I>) : output);
  const types = new Interface(input ?? {}, () => inScope({ params: 1, detached: true }, () => outputType(shape(argument(types)))));
  const template = once(() => traceScript({ name, types, shape, command: command as never, deck: options.deck }));
  const definition: ScriptDefinition = Object.assign(types, {
    kind: "script" as const,
    name,
    options: options as TaskOptions,
    site: definitionSite(),
    render: (args: unknown) => renderScript(template(), args),
  }) as never;
  Object.defineProperty(definition, "template", { get: template });
  registerTask(definition);
  return makeCallable("task", name);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const argument = (types: Interface): Lazy<unknown> => lazy(paramNode(0, types.input));

function traceScript(script: {
  name: string;
  types: Interface;
  shape: (args: unknown) => OutputShape;
  command: (args: Arg<unknown>, outputs: unknown) => Shell;
  deck: string | undefined;
}): ScriptTemplate {
  const { name: task, types, deck } = script;
  return inScope({ params: 1, detached: true }, (scope) => {
    const args = argument(types);
    const shape = script.shape(args);
    const values = new ValueList();
    const publish: Record<string, number> = {};
    const outputs = traceOutputs({ shape, values, publish, deck, task });
    const parts = traceParts(runCommand(task, () => script.command(args as never, outputPaths(shape))), values, task);
    const template = compileBody({ scope, result: listNode(values.nodes) });
    if (!isPure(template)) throw new LigaseError("command-not-traceable", { task, reason: "it calls a task or a control operator" });
    return { values: template, parts, outputs, publish };
  });
}

function runCommand(task: string, command: () => Shell): Shell {
  try {
    return command();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LigaseError("command-not-traceable", { task, reason }, { cause });
  }
}
