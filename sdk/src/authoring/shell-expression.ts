import { lazy, type Arg, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { makeNode } from "../graph/node.ts";
import type { RecordIr } from "../types/type-ir.ts";
import { builtInBase } from "./built-in.ts";
import { checkShell } from "./check-options.ts";
import type { ScriptDefinition } from "./definition.ts";
import type { PlacementOptions } from "./options.ts";
import { outputType, type OutputPaths, type OutputShape, type OutputValue } from "./output.ts";
import { registerTask } from "./registry.ts";
import type { RenderedScript } from "./rendered-script.ts";
import { renderWith, type ScriptTemplate } from "./script-template.ts";
import type { Shell } from "./shell.ts";
import { traceCommand } from "./trace-command.ts";

/** What a `shell` expression runs and gives. */
export interface ShellOptions<I, O extends OutputShape> extends PlacementOptions {
  /** The command, or a function of the input and the paths to write. Runs like the command of a `script`. */
  readonly command: Shell | ((input: I, outputs: OutputPaths<O>) => Shell);
  /** What the command function gets as its first argument: values, lazy or known. */
  readonly input?: I;
  readonly output: O;
  /** Shown to people; default "shell". */
  readonly name?: string;
  /** Environment of the command. */
  readonly env?: Readonly<Record<string, Arg<string>>>;
  /** Container image. */
  readonly image?: string;
  /** Environment names → names of secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** False: run once per run, never answered from an earlier one; default true. */
  readonly cache?: boolean;
  /** Name of the output that is shown as the job's deck. */
  readonly deck?: string;
}

/**
 * A one-off script as an expression, for commands that are built from data: in a task's body of known values, in a
 * workflow with lazy ones. Its key is its text, its values, its outputs, and the environment, image and names of secrets.
 *
 * Throws `option-not-valid`, `output-not-declared`, `command-not-traceable`.
 */
export function shell<const I, const O extends OutputShape>(
  options: ShellOptions<I, O>,
): Lazy<OutputValue<O>> {
  return shellCall(options as never) as never;
}

type AnyShellOptions = Omit<ShellOptions<unknown, OutputShape>, "command"> & {
  readonly command: Shell | ((input: unknown, outputs: unknown) => Shell);
};

/** `shell` without types. */
export function shellCall(options: AnyShellOptions): Lazy<unknown> {
  const { command, input, output, name = "shell", env, image, secrets, cache, deck, ...placement } = options;
  checkShell(name, { env, image, secrets, cache, deck, ...placement });
  const { values, ...traced } = traceCommand({
    task: name,
    shape: output,
    deck,
    command: (outputs) => (typeof command === "function" ? command(input, outputs) : command),
  });
  const args = { script: traced, values: values.items, ...given({ env, image, secrets }) };
  return lazy(
    makeNode({
      refs: [lift(args)],
      make: ([record]) => ({
        op: "call",
        target: "task",
        name: cache === false ? UNCACHED : CACHED,
        args: record as number,
        ...(Object.keys(placement).length === 0 ? {} : { placement: { ...placement } }),
      }),
      label: name,
      type: outputType(output),
      locate: true,
    }),
  );
}

const given = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const CACHED = "ligase.shell";
const UNCACHED = "ligase.shell-each-run";

/** Whether the call of a task is a `shell` expression. */
export const isShellCall = (task: string): boolean => task === CACHED || task === UNCACHED;

const ANY = { kind: "any" } as const;

const INPUT: RecordIr = {
  kind: "record",
  fields: {
    script: { type: ANY },
    values: { type: { kind: "list", item: ANY } },
    env: { type: ANY, optional: true },
    image: { type: ANY, optional: true },
    secrets: { type: ANY, optional: true },
  },
};

interface ShellArguments {
  readonly script: Omit<ScriptTemplate, "values">;
  readonly values: readonly unknown[];
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

function renderShell(args: unknown): RenderedScript {
  const { script, values, env, secrets } = args as ShellArguments;
  return {
    ...renderWith(script, values),
    ...(env === undefined ? {} : { env }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

for (const name of [CACHED, UNCACHED] as const) {
  const base = builtInBase({
    name,
    input: INPUT,
    output: ANY,
    options: { version: "1", cache: name === CACHED },
  });
  registerTask({ ...base, kind: "script", render: renderShell } as ScriptDefinition);
}
