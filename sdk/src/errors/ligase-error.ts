import { catalogue, type ErrorCode, type ErrorParams } from "./catalogue.ts";

const BRAND = Symbol.for("ligase.error");

/**
 * An error of Ligase with a permanent `code`, the values it speaks of in `params`, what happened and why in `message`,
 * and one thing to do in `remedy`. All codes are in `docs/errors.md`.
 */
export class LigaseError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: ErrorParams<C>;
  readonly remedy: string;

  constructor(code: C, params: ErrorParams<C>, options?: { cause?: unknown }) {
    const entry = catalogue[code] as Entry<ErrorParams<C>>;
    super(entry.message(params), options);
    this.name = "LigaseError";
    this.code = code;
    this.params = params;
    this.remedy = entry.remedy(params);
    Object.defineProperty(this, BRAND, { value: true });
  }
}

interface Entry<P> {
  message(params: P): string;
  remedy(params: P): string;
}

/** Tells whether a value is a `LigaseError`, of the given code when one is given; works across copies of the SDK. */
export function isLigaseError<C extends ErrorCode>(value: unknown, code?: C): value is LigaseError<C> {
  if (typeof value !== "object" || value === null || !(BRAND in value)) return false;
  return code === undefined || (value as { code?: unknown }).code === code;
}
