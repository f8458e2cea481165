import type { PlaceIn } from "./places.ts";

/** Something that the task hash cannot see into; the task should say `version` itself. */
export interface CodeWarning extends PlaceIn {
  readonly kind: CodeWarningKind;
  readonly message: string;
}

export type CodeWarningKind =
  "eval" | "computed-import" | "load-time-read" | "captured-variable" | "whole-file" | "import-not-found";

const REASONS: Readonly<Record<CodeWarningKind, (detail: string) => string>> = {
  eval: () => "Code made from text while the task runs is not part of its hash.",
  "computed-import": () => "An import whose path is computed is not part of the task's hash.",
  "load-time-read": () =>
    "The environment or a file is read while the module loads; what was read is not part of the task's hash.",
  "captured-variable": (names) =>
    `The task is made inside a function or loop and uses its variables (${names}); their values are not part of its hash.`,
  "whole-file": (why) => `${why}, so the whole file and all it imports count as the task's code.`,
  "import-not-found": (specifier) =>
    `The import of ${specifier} was not found, so its code is not part of the task's hash.`,
};

const REMEDY = "Give the task an explicit `version` and change it when the meaning changes.";

export function codeWarning(kind: CodeWarningKind, place: PlaceIn, detail = ""): CodeWarning {
  return { kind, message: `${REASONS[kind](detail)} ${REMEDY}`, ...place };
}
