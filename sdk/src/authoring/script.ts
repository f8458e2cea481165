import type { Lazy } from "../graph/lazy.ts";
import { makeCallable, type Task } from "./callable.ts";
import { checkOptions } from "./check-options.ts";
import type { TaskDefinition } from "./definition.ts";
import type { DeclaredOptions, PlacementOptions, TaskOptions } from "./options.ts";
import type { OutputPaths, OutputShape, OutputValue } from "./output.ts";
import { registerTask } from "./registry.ts";
import type { RenderedScript } from "./rendered-script.ts";
import { renderScript, type ScriptTemplate } from "./script-template.ts";
import { definitionSite, Interface, type Shape, type ShapeInput, type ShapeOutput } from "./shape.ts";
import type { Shell } from "./shell.ts";
import { shellCall } from "./shell-expression.ts";
import { traceResources } from "./trace-resources.ts";
import { traceOutputType, traceScript, type UntracedScript } from "./trace-script.ts";

/** The inputs as the command sees them: lazy fields, for they are put in place when the job runs. */
export type ScriptArgs<I extends Shape> = { readonly [K in keyof ShapeOutput<I>]: Lazy<ShapeOutput<I>[K]> };

export interface ScriptDeclaration<I extends Shape, O extends OutputShape> extends DeclaredOptions<
  ShapeOutput<I>
> {
  readonly name: string;
  readonly input?: I;
  /** Declared outputs, or a function of the inputs when their paths depend on them. */
  readonly output: O | ((args: ScriptArgs<I>) => O);
  /** The command. It runs under `bash -euo pipefail` in an empty folder, unless its first line is a `#!`. */
  readonly command: (args: ScriptArgs<I>, outputs: OutputPaths<O>) => Shell;
}

/**
 * A script task: a shell command with typed inputs and declared outputs. The command is traced once into data, so that
 * its text is part of the task's hash and no user code runs where jobs are started. A command that cannot be traced is
 * a function task that gives a `shell` expression: its text, rendered, is the key.
 *
 * Throws `task-name-taken`, `task-name-not-valid`, `option-not-valid`, `option-unknown`, `resources-not-traceable`; on
 * first use `command-not-traceable`, `unknown-field`.
 */
export function script<
  const I extends Shape = Record<never, never>,
  const O extends OutputShape = OutputShape,
>(declaration: ScriptDeclaration<I, O>): Task<ShapeInput<I>, OutputValue<O>> {
  const { name, input, output, command, ...declared } = declaration;
  checkOptions(name, declared);
  const shape = (args: unknown): OutputShape =>
    typeof output === "function" ? output(args as ScriptArgs<I>) : output;
  const types: Interface = new Interface(input ?? {}, () => traceOutputType({ types, shape }));
  const options: TaskOptions = traceResources(name, declared, () => types.input);
  const untraced: UntracedScript = {
    task: name,
    types,
    shape,
    command: command as never,
    deck: options.deck,
  };
  registerTask(Object.defineProperties(types, describe(untraced, options)) as unknown as TaskDefinition);
  return makeCallable("task", name);
}

/** A definition whose kind shows when it is first asked for: a script, or a function that renders one. */
function describe(untraced: UntracedScript, options: TaskOptions): PropertyDescriptorMap {
  let traced: { readonly template: ScriptTemplate | null } | undefined;
  const template = (): ScriptTemplate | null => (traced ??= { template: traceScript(untraced) }).template;
  return {
    name: { value: untraced.task },
    site: { value: definitionSite() },
    kind: { get: () => (template() === null ? "task" : "script") },
    template: { get: template },
    options: { get: () => (template() === null ? hostOptions(options) : options) },
    scriptOptions: { get: () => (template() === null ? placementOf(options) : undefined) },
    render: { value: (args: unknown): RenderedScript => renderScript(template() as ScriptTemplate, args) },
    run: { value: (args: unknown) => renderInHost(untraced, options, args) },
  };
}

/** What belongs to the function that renders the script, and what to its `shell` expression; the rest is placement. */
const HOST = ["description", "version", "cache"];
const SHELL = ["env", "image", "secrets", "cache", "deck"];
const NEITHER = ["light", "tools"];

const hostOptions = (options: TaskOptions): TaskOptions => pick(options, (name) => HOST.includes(name));

const placementOf = (options: TaskOptions): PlacementOptions =>
  pick(options, (name) => ![...HOST, ...SHELL, ...NEITHER].includes(name));

function pick(options: TaskOptions, isMeant: (name: string) => boolean): TaskOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => value !== undefined && isMeant(name)),
  );
}

function renderInHost(untraced: UntracedScript, options: TaskOptions, args: unknown): unknown {
  const command = (_input: unknown, outputs: unknown): Shell => untraced.command(args, outputs);
  const ofShell = pick(options, (name) => SHELL.includes(name));
  return shellCall({ ...ofShell, name: untraced.task, output: untraced.shape(args), command });
}
