import { runnerErrors } from "../errors/catalogue/runner.ts";

type Entries = typeof runnerErrors;
export type RunnerErrorCode = keyof Entries;
type Params<C extends RunnerErrorCode> = Parameters<Entries[C]["message"]>[0];

interface Entry<P> {
  message(params: P): string;
  remedy(params: P): string;
}

/** An error of the runner or of an executor of functions; `isLigaseError` recognises it by the same brand. */
export class RunnerError<C extends RunnerErrorCode = RunnerErrorCode> extends Error {
  readonly code: C;
  readonly params: Params<C>;
  readonly remedy: string;

  constructor(code: C, params: Params<C>, options?: { readonly cause?: unknown }) {
    const entry = runnerErrors[code] as Entry<Params<C>>;
    super(entry.message(params), options);
    this.name = "LigaseError";
    this.code = code;
    this.params = params;
    this.remedy = entry.remedy(params);
    Object.defineProperty(this, Symbol.for("ligase.error"), { value: true });
  }
}
