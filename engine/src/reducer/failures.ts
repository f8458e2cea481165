import { isLigaseError } from "@ligase/sdk";
import type { JobError } from "@ligase/sdk/internal";

/** An error that the reducer raises itself. */
export function misuse(code: string, message: string, remedy?: string): JobError {
  return { kind: "misuse", name: "LigaseError", code, message, ...(remedy === undefined ? {} : { remedy }) };
}

/** What was thrown while an operator was computed, as an error in the graph. */
export function thrown(error: unknown): JobError {
  if (isLigaseError(error)) return misuse(error.code, error.message, error.remedy);
  throw error;
}
