import type { OutputTemplate } from "./script-template.ts";
import type { CommandPart } from "./command.ts";
import { outputPaths, traceOutputs, type OutputShape } from "./output.ts";
import { traceParts, ValueList } from "./shell.ts";

/** A command with its outputs as data; what is interpolated is in `values`, by index. */
export interface TracedScript {
  readonly parts: readonly CommandPart[];
  readonly outputs: OutputTemplate;
  readonly publish: Readonly<Record<string, number>>;
  readonly values: ValueList;
}

/** Traces a command and its declared outputs. Throws `command-not-traceable`, `output-not-declared`. */
export function traceCommand(script: {
  readonly task: string;
  readonly shape: OutputShape;
  readonly command: (outputs: unknown) => unknown;
  readonly deck: string | undefined;
}): TracedScript {
  const { task, shape, deck } = script;
  const values = new ValueList();
  const publish: Record<string, number> = {};
  const outputs = traceOutputs({ shape, values, publish, deck, task });
  const parts = traceParts(script.command(outputPaths(shape)), values, task);
  return { parts, outputs, publish, values };
}
