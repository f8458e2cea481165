import { Dir, File } from "@ligase/sdk";
import {
  decode,
  encode,
  type JobError,
  type JobSpec,
  type Outcome,
  type Template,
} from "@ligase/sdk/internal";
import { isDir, type AbortCause, type JobReport } from "@ligase/sdk/internal";

/*
 * The talk between the pool and a child: lines of JSON over pipes of their own, so that nothing which user code prints
 * can get in between. Jobs of a child have consecutive sequence numbers from 0.
 */

/** Pool to child, file descriptor 3. */
export type ToChild =
  | { readonly kind: "jobs"; readonly first: number; readonly jobs: readonly JobSpec[] }
  | { readonly kind: "abort"; readonly seq: number; readonly cause: AbortCause; readonly graceMs: number }
  | { readonly kind: "identified"; readonly request: number; readonly file: WireFile }
  | { readonly kind: "not-identified"; readonly request: number; readonly error: JobError };

/** Child to pool, file descriptor 4. */
export type FromChild =
  | { readonly kind: "ready" }
  | { readonly kind: "load-failed"; readonly error: JobError }
  /** The child is about to end by itself, and has begun none of the jobs it still has. */
  | { readonly kind: "leaving" }
  | { readonly kind: "ended"; readonly seq: number; readonly outcome: Outcome }
  /** The template as canonical text: its constants may be dates, files and other things that JSON lacks. */
  | { readonly kind: "expression"; readonly seq: number; readonly text: string; readonly outcome: Outcome }
  | { readonly kind: "report"; readonly seq: number; readonly report: JobReport }
  | { readonly kind: "identify"; readonly request: number; readonly file: WireFile }
  | { readonly kind: "group"; readonly group: number; readonly isAlive: boolean };

export interface WireFile {
  readonly digest: string | null;
  readonly size: number;
  readonly name: string;
  readonly uri: string;
  readonly isDir: boolean;
}

/** The message that tells how a job ended. */
export function endedMessage(seq: number, outcome: Outcome): FromChild {
  if (!outcome.ok || outcome.result.kind === "value") return { kind: "ended", seq, outcome };
  const text = encode(outcome.result.template, { locations: true });
  return { kind: "expression", seq, text, outcome: { ...outcome, result: { kind: "value", text: "null" } } };
}

/** The outcome in a message, with its template back in place. */
export function outcomeOf(message: Extract<FromChild, { kind: "ended" | "expression" }>): Outcome {
  const { outcome } = message;
  if (message.kind === "ended" || !outcome.ok) return outcome;
  return { ...outcome, result: { kind: "expression", template: decode(message.text) as Template } };
}

export function toWireFile(value: File | Dir): WireFile {
  const { digest, size, name, uri } = value;
  return { digest, size, name, uri, isDir: isDir(value) };
}

export function fromWireFile({ isDir: isFolder, ...fields }: WireFile): File | Dir {
  return isFolder ? new Dir(fields) : new File(fields);
}
