import { compileCheck, type Check } from "../types/check.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";
import type { TaskDefinition } from "./definition.ts";
import type { TaskOptions } from "./options.ts";

/** What begins the names of Ligase's own tasks; no task of a user is named so. */
export const BUILT_IN_PREFIX = "ligase.";

interface BuiltInTypes {
  readonly name: `ligase.${string}`;
  readonly input: RecordIr;
  readonly output: TypeIr;
  readonly options: TaskOptions & { readonly version: string };
}

/** What the definitions of Ligase's own tasks have in common. They have a version in place of code. */
export function builtInBase({
  name,
  input,
  output,
  options,
}: BuiltInTypes): Omit<TaskDefinition, "kind" | "run"> {
  const checkInput = onFirstUse(() => compileCheck(input));
  const checkOutput = onFirstUse(() => compileCheck(output));
  return {
    name,
    options,
    site: null,
    input,
    output,
    checkInput: (value) => checkInput()(value),
    checkOutput: (value) => checkOutput()(value),
    refineInput: (value) => ({ ok: true, value }),
  };
}

function onFirstUse(make: () => Check): () => Check {
  let made: Check | undefined;
  return () => (made ??= make());
}
