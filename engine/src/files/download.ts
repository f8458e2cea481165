import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
} from "node:fs";
import { renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { LigaseError } from "@ligase/sdk";
import { writeError } from "./file-error.ts";
import { openUrl } from "./http-get.ts";
import { lookAtFile } from "./identity.ts";
import { localPathOf } from "./local-path.ts";
import { syncPath } from "./unsynced-files.ts";

export interface DownloadOptions {
  /** Hexadecimal SHA-256 that the content must have. */
  readonly sha256?: string;
  /** Connections that bring nothing new before giving up (default 5). */
  readonly attempts?: number;
  /** Pause before the second attempt; doubled before each further one (default 500). */
  readonly backoffMs?: number;
  /** Silence after which a connection counts as cut (default 60,000). */
  readonly idleMs?: number;
  readonly abortSignal?: AbortSignal;
}

/** What is known of the part that is there already, kept beside it. */
interface PartRecord {
  readonly url: string;
  /** Strong ETag or date that tells whether the server still has the same content; null when it gave none. */
  readonly validator: string | null;
}

/** How one connection ended. `retry` and `fatal` tell why. */
type Ending = { readonly kind: "complete" } | { readonly kind: "retry" | "fatal"; readonly reason: string };

/**
 * Brings the content of a URL (http, https, file) to a local path, which appears only when it is whole, checked and on
 * the disk. A cut connection goes on where it was, also in a later process: the part is kept as `<destination>.part`.
 * Throws `download-failed`, `checksum-differs`, `disk-full`, `file-not-writable`, `file-not-found`, `file-is-a-folder`,
 * `uri-not-supported`.
 */
export async function download(
  url: string,
  destination: string,
  options: DownloadOptions = {},
): Promise<void> {
  const part = `${destination}.part`;
  writing(destination, () => mkdirSync(dirname(destination), { recursive: true }));
  if (url.startsWith("file:")) await copyLocal(localPathOf(url), part);
  else await fetchWhole(url, part, options);
  await checkSha256(url, part, options.sha256);
  await syncPath(part);
  writing(destination, () => renameSync(part, destination));
  rmSync(recordPath(part), { force: true });
  await syncPath(dirname(destination));
}

async function copyLocal(source: string, part: string): Promise<void> {
  lookAtFile(source);
  try {
    await copyFile(source, part, constants.COPYFILE_FICLONE);
  } catch (cause) {
    throw writeError(cause, part);
  }
}

/** Attempts count while nothing new comes: a long download over a bad line ends if it gets on at all. */
async function fetchWhole(url: string, part: string, options: DownloadOptions): Promise<void> {
  const { attempts = 5, backoffMs = 500 } = options;
  forgetOtherPart(url, part);
  for (let attempt = 1; ; attempt++) {
    const before = sizeOf(part);
    const ending = await fetchOnce(url, part, options);
    if (ending.kind === "complete") return;
    if (sizeOf(part) > before) attempt = 1;
    options.abortSignal?.throwIfAborted();
    if (ending.kind === "fatal" || attempt >= attempts) {
      throw new LigaseError("download-failed", { url, reason: ending.reason, attempts: attempt });
    }
    await setTimeout(
      backoffMs * 2 ** (attempt - 1),
      undefined,
      options.abortSignal && { signal: options.abortSignal },
    );
  }
}

async function fetchOnce(url: string, part: string, options: DownloadOptions): Promise<Ending> {
  const start = resumableBytes(part, options);
  try {
    const response = await openUrl(url, {
      headers: rangeHeaders(part, start),
      ...connectionOptions(options),
    });
    return await receive(response, { url, part, start });
  } catch (cause) {
    const known = writeError(cause, part);
    if (known instanceof LigaseError || options.abortSignal?.aborted === true) throw known;
    return { kind: "retry", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

const connectionOptions = ({ idleMs = 60_000, abortSignal }: DownloadOptions) =>
  abortSignal === undefined ? { idleMs } : { idleMs, abortSignal };

/** Without a validator, only a checksum can tell whether the rest fits the part; else it starts again. */
function resumableBytes(part: string, { sha256 }: DownloadOptions): number {
  const bytes = sizeOf(part);
  return bytes > 0 && (sha256 !== undefined || readRecord(part)?.validator != null) ? bytes : 0;
}

function rangeHeaders(part: string, start: number): Record<string, string> {
  if (start === 0) return {};
  const validator = readRecord(part)?.validator;
  return { range: `bytes=${start}-`, ...(validator == null ? {} : { "if-range": validator }) };
}

interface Reception {
  readonly url: string;
  readonly part: string;
  /** Bytes that the request left out, for they are there. */
  readonly start: number;
}

async function receive(response: IncomingMessage, reception: Reception): Promise<Ending> {
  const { statusCode: status = 0 } = response;
  if (status === 200) return append(response, { ...reception, start: 0 });
  if (status === 206 && startsAt(response, reception.start)) return append(response, reception);
  response.destroy();
  if (status === 206 || status === 416) return rangeRefused(response, reception);
  const reason = `the server answered ${status} ${response.statusMessage ?? ""}`.trimEnd();
  return { kind: status === 408 || status === 429 || status >= 500 ? "retry" : "fatal", reason };
}

async function append(response: IncomingMessage, { url, part, start }: Reception): Promise<Ending> {
  if (start === 0) writeRecord(part, { url, validator: validatorOf(response) });
  const file = openSync(part, start === 0 ? "w" : "a");
  try {
    await writeAll(response, file);
  } finally {
    closeSync(file);
  }
  return response.complete ? { kind: "complete" } : { kind: "retry", reason: "the connection was cut" };
}

/** Writes each chunk as it comes: streams in between would drop what they hold when the connection is cut. */
function writeAll(response: IncomingMessage, file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    response.on("data", (chunk: Buffer) => {
      try {
        for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
      } catch (error) {
        response.destroy(error instanceof Error ? error : undefined);
      }
    });
    response.on("end", resolve);
    response.on("error", reject);
  });
}

/** The part is all there is (a connection was cut after the last byte), or it is of no use. */
function rangeRefused(response: IncomingMessage, { part, start }: Reception): Ending {
  if (response.headers["content-range"] === `bytes */${start}`) return { kind: "complete" };
  rmSync(part, { force: true });
  return { kind: "retry", reason: "the server has other content than the part that was there" };
}

const startsAt = (response: IncomingMessage, start: number): boolean =>
  response.headers["content-range"]?.startsWith(`bytes ${start}-`) === true;

/** A weak ETag does not promise equal bytes. */
function validatorOf({ headers }: IncomingMessage): string | null {
  const { etag } = headers;
  if (etag !== undefined && !etag.startsWith("W/")) return etag;
  return headers["last-modified"] ?? null;
}

async function checkSha256(url: string, part: string, expected: string | undefined): Promise<void> {
  if (expected === undefined) return;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer);
  const found = hash.digest("hex");
  if (found === expected.toLowerCase()) return;
  // What is wrong once must not be resumed.
  rmSync(part, { force: true });
  rmSync(recordPath(part), { force: true });
  throw new LigaseError("checksum-differs", { source: url, expected, found });
}

const recordPath = (part: string): string => `${part}.json`;

function forgetOtherPart(url: string, part: string): void {
  if (readRecord(part)?.url !== url) rmSync(part, { force: true });
}

/** Null when there is no record, or a crash left half of one. */
function readRecord(part: string): PartRecord | null {
  const path = recordPath(part);
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as PartRecord;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function writeRecord(part: string, record: PartRecord): void {
  writing(part, () => {
    rmSync(part, { force: true });
    writeFileSync(recordPath(part), JSON.stringify(record));
  });
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw writeError(cause, path);
  }
}
