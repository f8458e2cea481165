import { isLigaseError } from "../errors/ligase-error.ts";
import type { FailureKind, JobError } from "./job.ts";
import { maskDeep, type Mask } from "./masker.ts";

/** Longest chain of causes that is told. */
const MAX_CAUSES = 8;

/** Turns whatever a task body threw into data. Never throws, whatever it is given. */
export function toJobError(
  thrown: unknown,
  about: { readonly task: string; readonly mask: Mask; readonly kind?: FailureKind },
): JobError {
  try {
    const error = describe(thrown, about.task, about.kind);
    return maskDeep(error, about.mask) as JobError;
  } catch {
    // A hostile getter or proxy was thrown: what is left to say is that much.
    return {
      kind: about.kind ?? "user",
      name: "Error",
      message: "The task threw a value that cannot be read.",
      task: about.task,
    };
  }
}

function describe(thrown: unknown, task: string, kind: FailureKind | undefined): JobError {
  if (!isError(thrown)) return { kind: kind ?? "user", name: "Error", message: describeThrown(thrown), task };
  const details = detailsOf(thrown);
  return {
    kind: kind ?? kindOf(thrown),
    name: textOf(thrown.name),
    message: textOf(thrown.message),
    ...(isLigaseError(thrown) ? { code: thrown.code, remedy: thrown.remedy } : {}),
    stack: stackOf(thrown),
    task,
    ...(details === undefined ? {} : { details }),
  };
}

/** A library may put anything in the place of a text. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : describeThrown(value));

/** An error from another realm (`node:vm`) or a library's own class counts as well. */
const isError = (value: unknown): value is Error =>
  value instanceof Error ||
  (typeof value === "object" && value !== null && "message" in value && "stack" in value);

function describeThrown(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  if (thrown === undefined) return "The task threw nothing (undefined).";
  if (typeof thrown === "object" && thrown !== null) {
    if ("message" in thrown && typeof thrown.message === "string") return thrown.message;
    return `The task threw ${JSON.stringify(thrown)}.`;
  }
  return `The task threw ${String(thrown)}.`;
}

/** Faults in how the workflow is written are not mended by a retry, nor for a handler to hide. */
const MISUSE: ReadonlySet<string> = new Set([
  "lazy-value-used",
  "lazy-in-value",
  "lazy-outside-closure",
  "task-not-found",
  "secret-not-declared",
]);

const kindOf = (error: Error): FailureKind =>
  isLigaseError(error) && MISUSE.has(error.code) ? "misuse" : "user";

/** The stack with those of its causes, each once. */
function stackOf(error: Error): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let next: unknown = error;
  while (next !== undefined && next !== null && !seen.has(next) && seen.size < MAX_CAUSES) {
    seen.add(next);
    parts.push(isError(next) ? ownStack(next) : describeThrown(next));
    next = isError(next) ? next.cause : undefined;
  }
  return parts.join("\nCaused by: ");
}

function ownStack(error: Error): string {
  const stack =
    typeof error.stack === "string" && error.stack !== "" ? error.stack : `${error.name}: ${error.message}`;
  if (!(error instanceof AggregateError)) return stack;
  return [
    stack,
    ...error.errors
      .slice(0, MAX_CAUSES)
      .map((inner) => indent(isError(inner) ? ownStack(inner) : describeThrown(inner))),
  ].join("\n");
}

const indent = (text: string): string => text.replace(/^/gm, "  ");

/** `details` of an error, when they are plain data: they travel as JSON. */
function detailsOf(error: Error): Readonly<Record<string, unknown>> | undefined {
  const details = (error as { details?: unknown }).details;
  if (typeof details !== "object" || details === null || Array.isArray(details)) return undefined;
  return JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
}
