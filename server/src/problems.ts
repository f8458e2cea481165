import { isLigaseError, LigaseError } from "@ligase/sdk/values";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Problem } from "./contract/exchange.ts";

/* The one place where an error becomes an answer. */

type Code = LigaseError["code"];

/** What each code means to a client. A code that is not here is our fault or the machine's: 500, and it is logged. */
const STATUS: Readonly<Partial<Record<Code, ContentfulStatusCode>>> = {
  "json-not-readable": 400,
  "token-missing": 401,
  "token-refused": 401,
  "not-allowed": 403,
  "decision-not-allowed": 403,
  "hand-over-not-allowed": 403,
  "host-not-allowed": 403,
  "origin-not-allowed": 403,
  "route-not-found": 404,
  "workflow-not-served": 404,
  "run-not-found": 404,
  "job-not-found": 404,
  "gate-not-found": 404,
  "external-task-not-found": 404,
  "user-not-found": 404,
  "token-not-found": 404,
  "bytes-not-named": 404,
  "run-busy": 409,
  "code-changed": 409,
  "code-edited": 409,
  "illegal-move": 409,
  "gate-already-resolved": 409,
  "lease-not-held": 409,
  "external-task-over": 409,
  "external-task-not-aside": 409,
  "user-disabled": 409,
  "last-admin": 409,
  "content-changed": 409,
  "file-changed": 409,
  "gate-not-open": 409,
  "run-ended": 410,
  "body-too-large": 413,
  "media-type-not-taken": 415,
  "request-not-valid": 422,
  "run-not-unique": 422,
  "gate-not-unique": 422,
  "external-task-not-unique": 422,
  "external-request-not-valid": 422,
  "token-not-unique": 422,
  "token-option-not-valid": 422,
  "user-name-not-valid": 422,
  "gate-needs-comment": 422,
  "gate-not-editable": 422,
  "signal-not-valid": 422,
  "event-not-valid": 422,
  "hand-over-not-valid": 422,
  "argument-not-valid": 422,
  "file-not-found": 422,
  "file-not-readable": 422,
  "idempotency-key-taken": 422,
  "tag-not-free": 422,
  "evidence-not-seen": 428,
  "content-not-named": 428,
  "too-many-signals": 429,
  "server-busy": 503,
  "store-busy": 503,
  "store-disk-full": 503,
  "store-unavailable": 503,
};

type Fields = readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];

/** A request that does not fit its contract. */
export class RequestNotValid extends LigaseError<"request-not-valid"> {
  readonly fields: Fields;

  constructor(part: string, fields: Fields) {
    super("request-not-valid", { part, issues: fields.map(fieldText).join("\n") });
    this.fields = fields;
  }
}

const fieldText = ({ path, message }: Fields[number]): string =>
  `${path.map(String).join(".") || "the whole"}: ${message}`;

/** An error as a client gets it, with its status. What is not ours says nothing of the inside. */
export function problemOf(error: unknown): {
  readonly status: ContentfulStatusCode;
  readonly problem: Problem;
} {
  const known = knownError(error);
  const status = known === null ? undefined : STATUS[known.code];
  if (known === null || status === undefined) return { status: 500, problem: INTERNAL };
  const { code, message, remedy, params } = known;
  const { fields, ...plain } = (params ?? {}) as { readonly fields?: Fields };
  const found = known instanceof RequestNotValid ? known.fields : fields;
  const issues = found?.map((field) => ({ path: field.path.map(keyOf), message: field.message }));
  return { status, problem: { code, message, remedy, params: plain, ...(issues && { issues }) } };
}

const internal = new LigaseError("internal-error", undefined);
const INTERNAL: Problem = { code: internal.code, message: internal.message, remedy: internal.remedy };

/** An error of ours; what the framework throws on a body that it cannot read counts as one. */
function knownError(error: unknown): LigaseError | null {
  if (isLigaseError(error)) return error;
  if (!(error instanceof HTTPException)) return null;
  if (error.status === 400) return new LigaseError("json-not-readable", undefined);
  if (error.status === 415) return new LigaseError("media-type-not-taken", undefined);
  return null;
}

const keyOf = (key: PropertyKey): string | number => (typeof key === "number" ? key : String(key));

/** Answers with the problem that an error is; tells of those that nobody expected. */
export function answerProblem(error: unknown, c: Context, tell: (error: unknown) => void): Response {
  const { status, problem } = problemOf(error);
  if (status === 500) tell(error);
  if (status === 401) c.header("WWW-Authenticate", "Bearer");
  return c.json(problem, status, { "Content-Type": "application/problem+json" });
}
