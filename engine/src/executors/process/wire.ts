import { Dir, File } from "@ligase/sdk";
import {
  decode,
  encode,
  isDir,
  type AbortCause,
  type JobError,
  type JobReport,
  type JobSpec,
  type Outcome,
  type Template,
} from "@ligase/sdk/internal";
import type { CodeFact } from "../../code/code-in-use.ts";
import type { FromGuard } from "./lines.ts";

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
  /** Code that the child has imported since it last told. Told before anything that the code may have done. */
  | { readonly kind: "imported"; readonly facts: readonly CodeFact[] }
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
  const text = encode(outcome.result.template, { locations: true, asWritten: true });
  return { kind: "expression", seq, text, outcome: { ...outcome, result: { kind: "value", text: "null" } } };
}

/** A message of a child with its template back in place. */
export type ChildMessage = Exclude<FromChild, { kind: "expression" }>;

/**
 * Reads a message of a child. Throws at what is none: the pipe is open to user code, and what that writes there by
 * mistake may not confuse the pool.
 */
export function readMessage(message: unknown): ChildMessage {
  if (!isMessage(message)) throw new Error(shown(message));
  if (message.kind !== "expression") return message;
  const { seq, outcome, text } = message;
  if (!outcome.ok) return { kind: "ended", seq, outcome };
  const template = decode(text) as Template;
  return { kind: "ended", seq, outcome: { ...outcome, result: { kind: "expression", template } } };
}

/** Reads an answer of a guard. Throws at what is none. */
export function readAnswer(message: unknown): FromGuard {
  if (!isRecord(message) || !areNumbers(message["revoked"]) || !areNumbers(message["kept"]))
    throw new Error(shown(message));
  return message as unknown as FromGuard;
}

const shown = (message: unknown): string => JSON.stringify(message).slice(0, 200);

function isMessage(message: unknown): message is FromChild {
  if (!isRecord(message)) return false;
  switch (message["kind"] as FromChild["kind"]) {
    case "ready":
    case "leaving":
      return true;
    case "load-failed":
      return isError(message["error"]);
    case "imported":
      return Array.isArray(message["facts"]) && message["facts"].every(isFact);
    case "ended":
      return isNumber(message["seq"]) && isOutcome(message["outcome"]);
    case "expression":
      return isNumber(message["seq"]) && isText(message["text"]) && isOutcome(message["outcome"]);
    case "report":
      return isNumber(message["seq"]) && isReport(message["report"]);
    case "identify":
      return isNumber(message["request"]) && isFileFields(message["file"]);
    case "group":
      // Groups 0 and 1 stand for many more processes in the call that ends one.
      return isNumber(message["group"]) && message["group"] > 1;
    default:
      return false;
  }
}

function isOutcome(outcome: unknown): boolean {
  if (!isRecord(outcome) || !isRecord(outcome["usage"]) || !isNumber(outcome["usage"]["wallMs"]))
    return false;
  if (!Array.isArray(outcome["decks"]) || !outcome["decks"].every(isDeck)) return false;
  if (outcome["ok"] !== true) return outcome["ok"] === false && isError(outcome["error"]);
  const { result } = outcome;
  return isRecord(result) && result["kind"] === "value" && isText(result["text"]);
}

const isDeck = (deck: unknown): boolean =>
  isRecord(deck) && isText(deck["name"]) && isText(deck["path"]) && deck["mediaType"] === "text/html";

const isFact = (fact: unknown): boolean => Array.isArray(fact) && fact.length === 2 && fact.every(isText);

const isError = (error: unknown): boolean =>
  isRecord(error) && isText(error["kind"]) && isText(error["name"]) && isText(error["message"]);

function isReport(report: unknown): boolean {
  if (!isRecord(report)) return false;
  if (report["kind"] === "checkpoint") return isText(report["text"]);
  return report["kind"] === "progress" && isNumber(report["fraction"]);
}

const isFileFields = (file: unknown): boolean =>
  isRecord(file) && isNumber(file["size"]) && isText(file["name"]) && isText(file["uri"]);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const areNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(isNumber);

export function toWireFile(value: File | Dir): WireFile {
  const { digest, size, name, uri } = value;
  return { digest, size, name, uri, isDir: isDir(value) };
}

export function fromWireFile({ isDir: isFolder, ...fields }: WireFile): File | Dir {
  return isFolder ? new Dir(fields) : new File(fields);
}
