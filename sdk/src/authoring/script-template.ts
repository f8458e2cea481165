import { evaluatePure } from "../graph/evaluate.ts";
import type { Template } from "../graph/template.ts";
import type { OutputOf, OutputSpec, RenderedScript } from "./rendered-script.ts";
import { renderParts, Staging, type CommandPart } from "./command.ts";

/** A traced script: a template that computes the interpolated values from the arguments, and what to do with them. */
export interface ScriptTemplate {
  /** One parameter, the arguments; its result is the list of values that parts and outputs refer to by index. */
  readonly values: Template;
  readonly parts: readonly CommandPart[];
  readonly outputs: OutputTemplate;
  /** Output name → index of the value that is its destination. */
  readonly publish: Readonly<Record<string, number>>;
}

/** What a script gives back; its texts and values may depend on the arguments, and are indices of values. */
export type OutputTemplate = OutputOf<number, number>;

/** Puts arguments into a traced script. Throws `operator-not-applicable`. */
export function renderScript(script: ScriptTemplate, args: unknown): RenderedScript {
  return renderWith(script, evaluatePure(script.values, [args]) as unknown[]);
}

/** The same with the interpolated values already known: a `shell` expression carries them as its arguments. */
export function renderWith(
  script: Omit<ScriptTemplate, "values">,
  values: readonly unknown[],
): RenderedScript {
  const staging = new Staging();
  const command = renderParts(script.parts, values, (source, options) => staging.place(source, options));
  const outputs = renderOutputs(script.outputs, values);
  const publish = Object.fromEntries(
    Object.entries(script.publish).map(([name, index]) => [name, String(values[index])]),
  );
  return { command, inputs: staging.inputs, outputs, publish };
}

function renderOutputs(output: OutputTemplate, values: readonly unknown[]): OutputSpec {
  switch (output.kind) {
    case "file":
    case "dir":
      return { ...output, path: String(values[output.path]) };
    case "files":
      return { ...output, glob: String(values[output.glob]) };
    case "json":
      return { ...output, ...pathOf(output.path, values) } as OutputSpec;
    case "value":
      return { kind: "value", value: values[output.value] };
    case "record": {
      const fields = Object.entries(output.fields).map(([name, field]) => [
        name,
        renderOutputs(field, values),
      ]);
      return { kind: "record", fields: Object.fromEntries(fields) as Record<string, OutputSpec> };
    }
    case "list":
      return { kind: "list", items: output.items.map((item) => renderOutputs(item, values)) };
    default:
      return output;
  }
}

const pathOf = (index: number | undefined, values: readonly unknown[]): { path?: string } =>
  index === undefined ? {} : { path: String(values[index]) };
