import { compileParse, formatIssues, type TypeIr } from "@ligase/sdk/internal";

export type ReadSignal =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problems: string };

/** The value of a signal from text as a person types it: by the gate's type, or JSON, or the text itself. */
export function readSignalValue(text: string, schema: TypeIr | null, cwd: string): ReadSignal {
  if (schema === null || schema.kind === "any") return { ok: true, value: jsonOrText(text) };
  const result = compileParse(schema, { form: "text", baseDir: cwd })(text);
  return result.ok ? result : { ok: false, problems: formatIssues(result.issues) };
}

/** Text that is JSON stands for what it says. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
