import { isLigaseError, LigaseError } from "../errors/ligase-error.ts";
import { compileBody } from "../graph/compile.ts";
import { isPure } from "../graph/evaluate.ts";
import { lazy, type Lazy } from "../graph/lazy.ts";
import { lift, listNode } from "../graph/lift.ts";
import { callSite, inScope, paramNode } from "../graph/node.ts";
import type { TypeIr } from "../types/type-ir.ts";
import { outputType, type OutputShape } from "./output.ts";
import type { ScriptTemplate } from "./script-template.ts";
import type { Interface } from "./shape.ts";
import type { Shell } from "./shell.ts";
import { traceCommand } from "./trace-command.ts";

/** A script as it was declared. Both functions take the arguments, lazy while they are traced, known in the host. */
export interface UntracedScript {
  readonly task: string;
  readonly types: Interface;
  readonly shape: (args: unknown) => OutputShape;
  readonly command: (args: unknown, outputs: unknown) => Shell;
  readonly deck: string | undefined;
}

/**
 * Traces a script into data; null when its functions need known values (array methods, loops), so that they run as a
 * call in the function host (C16). Throws `command-not-traceable` and what is wrong in any case, such as `unknown-field`.
 */
export function traceScript(script: UntracedScript): ScriptTemplate | null {
  const { task, types } = script;
  const traced = whenTraceable(() =>
    inScope({ params: 1, detached: true }, (scope) => {
      const args = argumentOf(types);
      const command = (outputs: unknown): Shell => script.command(args, outputs);
      const { values, ...rest } = traceCommand({
        task,
        shape: script.shape(args),
        command,
        deck: script.deck,
      });
      return { ...rest, values: compileBody({ scope, result: listNode(values.items.map(lift)) }) };
    }),
  );
  if (traced !== null && !isPure(traced.values)) {
    throw new LigaseError("command-not-traceable", {
      task,
      reason: "it calls a task or a control operator",
      at: callSite() ?? null,
    });
  }
  return traced;
}

/** The type of what a script gives; any value when its outputs depend on known arguments in a way that is not traced. */
export function traceOutputType({ types, shape }: Pick<UntracedScript, "types" | "shape">): TypeIr {
  return (
    whenTraceable(() =>
      inScope({ params: 1, detached: true }, () => outputType(shape(argumentOf(types)))),
    ) ?? { kind: "any" }
  );
}

const argumentOf = (types: Interface): Lazy<unknown> => lazy(paramNode(0, types.input));

function whenTraceable<T>(trace: () => T): T | null {
  try {
    return trace();
  } catch (error) {
    if (needsKnownValues(error)) return null;
    throw error;
  }
}

/** A method of a list or text that is called on a lazy value, or a use of it that needs the value. */
function needsKnownValues(error: unknown): boolean {
  if (isLigaseError(error, "lazy-value-used")) return true;
  if (isLigaseError(error, "unknown-field"))
    return error.params.field in Array.prototype || error.params.field in String.prototype;
  return error instanceof TypeError;
}
