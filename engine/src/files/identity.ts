import { hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, statSync, type BigIntStats, type Stats } from "node:fs";
import { pathToFileURL } from "node:url";
import { LigaseError } from "@ligase/sdk";
import type { FileIdentities, FileIdentity } from "../ports/file-store.ts";
import { readError } from "./file-error.ts";
import type { HashPool } from "./hash-pool.ts";
import { isOlderThan, timesAreTrusted } from "./trusted-times.ts";

/*
 * C14: a file is its content. Times only save reading it again, and only under three conditions that are checked when
 * an identity is remembered, so that a remembered one may be believed as it stands:
 * I1 the change time was older than the reading by the granularity of the file system (nothing can reset it);
 * I2 the file looked the same before and after it was read;
 * I3 the file system is one whose change times are this kernel's, or the user vouched for it.
 */

/** Files from this size are read by the pool; a smaller one is read faster than a thread is asked (measured). */
export const LARGE_BYTES = 1024n * 1024n;
const READ_ATTEMPTS = 3;

/** What reading files needs. */
export interface Reading {
  readonly identities: FileIdentities;
  readonly pool: HashPool;
  /** The machine's clock, in nanoseconds: it is compared with the times of files. */
  readonly nowNs: () => bigint;
  /** The user vouches for the times of file systems that are not trusted by themselves. */
  readonly trustAllTimes: boolean;
  /** Large files that are being read now, by path: asked twice, read once. */
  readonly inFlight: Map<string, Promise<Content>>;
}

/** The content of a regular file, and how the file looked when it had this content. */
export interface Content {
  readonly digest: string;
  readonly stats: BigIntStats;
  /** A moment before the content was read, in nanoseconds. */
  readonly readAtNs: bigint;
}

/**
 * Content of the regular file at a path, read only when what is remembered does not prove it.
 * Throws `file-not-found`, `file-not-readable`, `file-is-a-folder`, `not-a-regular-file`, `file-changed-while-read`.
 */
export async function readContent(path: string, reading: Reading): Promise<Content> {
  return readContentNow(path, reading) ?? readLarge(path, reading);
}

/** The same at once, or null when the file is large and must be read. */
export function readContentNow(path: string, reading: Reading): Content | null {
  const stats = lookAtFile(path);
  const known = recall(path, stats, reading);
  if (known !== null) return { digest: known.digest, stats, readAtNs: known.hashedAtNs };
  return stats.size < LARGE_BYTES ? readSmall(path, reading) : null;
}

/** Whether the file at a path (and its URI, where known) surely has (true) or surely has not (false) the given content, by one look; else null. */
export function hasContentNow(
  path: string,
  expected: { digest: string; size: number; uri?: string },
  reading: Reading,
): boolean | null {
  const stats = lookOrNull(path);
  if (stats === null || !stats.isFile() || stats.size !== BigInt(expected.size)) return false;
  const known = recall(path, stats, reading, expected.uri);
  return known === null ? null : known.digest === expected.digest;
}

/**
 * Identity of a file that the store itself has just placed at a path, from its content and how it looks there. Renaming
 * and linking set the change time, so I1 is asked of the modification time, which any write of others would have moved.
 * Null when the file was written too lately to tell, or by others since.
 */
export function identityOfOwn(
  path: string,
  stats: BigIntStats,
  content: Content,
  reading: Reading,
): FileIdentity | null {
  const settled = isOlderThan(stats.mtimeNs, content.readAtNs, stats);
  if (!settled || !isSameWriting(stats, content.stats) || !trusts(path, stats, reading)) return null;
  return identityOf(path, { ...content, stats });
}

/** Whether nothing was written to a file between two looks, whatever its name and links were. */
export function isSameWriting(one: BigIntStats, other: BigIntStats): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs;
}

/** One look at a path that must be a regular file. Follows links. */
export function lookAtFile(path: string): BigIntStats {
  const stats = look(path);
  if (stats.isFile()) return stats;
  if (stats.isDirectory()) throw new LigaseError("file-is-a-folder", { path });
  throw new LigaseError("not-a-regular-file", { path, found: kindOf(stats) });
}

/** One look at a path. Follows links. Throws `file-not-found`, `file-not-readable`. */
export function look(path: string): BigIntStats {
  try {
    return statSync(path, { bigint: true });
  } catch (cause) {
    throw readError(cause, path);
  }
}

/** What a thing that is neither file nor folder is called. */
export function kindOf(stats: Stats | BigIntStats): string {
  if (stats.isFIFO()) return "named pipe";
  if (stats.isSocket()) return "socket";
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return "device";
  return "special file";
}

function lookOrNull(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (cause) {
    // A file that may not be looked at is not there for us; reading it tells why.
    if (readError(cause, path) instanceof LigaseError) return null;
    throw cause;
  }
}

function recall(path: string, stats: BigIntStats, reading: Reading, uri = uriOf(path)): FileIdentity | null {
  const known = reading.identities.get(uri);
  return known !== null && looksLike(stats, known) && trusts(path, stats, reading) ? known : null;
}

function looksLike(stats: BigIntStats, known: FileIdentity): boolean {
  return (
    stats.ctimeNs === known.ctimeNs &&
    stats.mtimeNs === known.mtimeNs &&
    stats.ino === known.inode &&
    stats.dev === known.device &&
    stats.size === BigInt(known.size)
  );
}

function readSmall(path: string, reading: Reading): Content {
  for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
    const content = trySmall(path, reading);
    if (content !== null) return remembered(path, content, reading);
  }
  throw new LigaseError("file-changed-while-read", { path });
}

function trySmall(path: string, reading: Reading): Content | null {
  const file = openToRead(path);
  try {
    const readAtNs = reading.nowNs();
    const stats = fstatSync(file, { bigint: true });
    // One byte more than there should be shows a file that grows.
    const bytes = Buffer.allocUnsafe(Number(stats.size) + 1);
    const count = readWhole(file, bytes);
    if (BigInt(count) !== stats.size || !sameLook(stats, fstatSync(file, { bigint: true }))) return null;
    return { digest: "sha256:" + hash("sha256", bytes.subarray(0, count), "hex"), stats, readAtNs };
  } finally {
    closeSync(file);
  }
}

/** Fills the buffer as far as the file goes; some file systems give less than asked for at a time. */
function readWhole(file: number, bytes: Uint8Array): number {
  let count = 0;
  for (let read = -1; read !== 0 && count < bytes.length; count += read)
    read = readSync(file, bytes, count, bytes.length - count, null);
  return count;
}

function openToRead(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw readError(cause, path);
  }
}

function readLarge(path: string, reading: Reading): Promise<Content> {
  const running = reading.inFlight.get(path);
  if (running !== undefined) return running;
  const started = readLargeOnce(path, reading).finally(() => reading.inFlight.delete(path));
  reading.inFlight.set(path, started);
  return started;
}

async function readLargeOnce(path: string, reading: Reading): Promise<Content> {
  for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
    const readAtNs = reading.nowNs();
    const stats = lookAtFile(path);
    const { digest, bytesRead } = await digestInPool(path, reading);
    const whole = BigInt(bytesRead) === stats.size && sameLook(stats, lookAtFile(path));
    if (whole) return remembered(path, { digest, stats, readAtNs }, reading);
  }
  throw new LigaseError("file-changed-while-read", { path });
}

async function digestInPool(path: string, reading: Reading): Promise<{ digest: string; bytesRead: number }> {
  try {
    return await reading.pool.digest(path);
  } catch (cause) {
    throw readError(cause, path);
  }
}

function remembered(path: string, content: Content, reading: Reading): Content {
  const settled = isOlderThan(content.stats.ctimeNs, content.readAtNs, content.stats);
  if (settled && trusts(path, content.stats, reading)) reading.identities.put(identityOf(path, content));
  return content;
}

function sameLook(before: BigIntStats, after: BigIntStats): boolean {
  return (
    before.ctimeNs === after.ctimeNs &&
    before.mtimeNs === after.mtimeNs &&
    before.size === after.size &&
    before.ino === after.ino &&
    before.dev === after.dev
  );
}

function trusts(path: string, stats: BigIntStats, reading: Reading): boolean {
  return reading.trustAllTimes || timesAreTrusted(path, stats.dev);
}

function identityOf(path: string, content: Content): FileIdentity {
  const { digest, stats, readAtNs } = content;
  return {
    uri: uriOf(path),
    digest,
    size: Number(stats.size),
    device: stats.dev,
    inode: stats.ino,
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    hashedAtNs: readAtNs,
  };
}

/** The URI of a local path. */
export const uriOf = (path: string): string => pathToFileURL(path).href;
