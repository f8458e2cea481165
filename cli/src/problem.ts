import type { LigaseError } from "@ligase/sdk/values";

type ErrorCode = LigaseError["code"];

/**
 * A mistake on the command line: a code of the catalogue and what it speaks of. The catalogue's words are loaded when
 * the mistake is shown, so that `ligase --version` and `ligase runs` start without the SDK.
 */
export class Problem<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: LigaseError<C>["params"];

  constructor(code: C, params: LigaseError<C>["params"]) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

/** The problem as the error that the catalogue has for it. */
export async function explain({ code, params }: Problem): Promise<LigaseError> {
  const values = await import("@ligase/sdk/values");
  return new values.LigaseError(code, params);
}
