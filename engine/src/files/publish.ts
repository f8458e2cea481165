import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  type BigIntStats,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Dir, File, LigaseError } from "@ligase/sdk";
import type { FileIdentity } from "../ports/file-store.ts";
import { folderOf, isExecutable, type ContentPlace } from "./content-store.ts";
import { copyFile, copyFolder } from "./copying.ts";
import { writeError } from "./file-error.ts";
import { lookAtFolder, readFolder, type FolderContent } from "./folder-manifest.ts";
import { identityOfOwn, readContent, uriOf, type Content, type Reading } from "./identity.ts";
import { isFolderValue } from "./folder-value.ts";
import { localPathOf } from "./local-path.ts";
import { checkName } from "./path-inside.ts";
import { removeEmpty, removeTree } from "./removing.ts";
import { removeLeftovers, temporaryName } from "./temporary-names.ts";
import { foldersUpTo, syncPath } from "./unsynced-files.ts";

/** Where a value is to be published. */
export interface PublishRequest<T extends File | Dir> {
  readonly value: T;
  /** A path or `file:` URI; one that ends in `/` is a folder to publish into under the value's name. */
  readonly destination: string;
  /** Where a relative destination starts. */
  readonly cwd: string;
  /** Told where content is about to be put; throws when it may not be. */
  readonly claim?: (path: string, digest: string) => void;
}

/**
 * Copies a value to where a user wants it: whole and on the disk when its name appears (C18), and nothing is written
 * when it is there already. A file replaces another; a folder replaces only what was published there and left as it
 * was, or is kept anyway. Throws `destination-is-a-folder`, `destination-not-ours`, `file-changed`,
 * `disk-full`, `file-not-writable`, `path-leaves-folder`, `uri-not-supported`, and what reading the value throws.
 */
export async function publishValue<T extends File | Dir>(
  request: PublishRequest<T>,
  place: ContentPlace,
): Promise<T> {
  const { value } = request;
  const target = targetOf(request);
  const { claim = () => undefined } = request;
  const publication = { source: localPathOf(value.uri), target, expected: value.digest, claim };
  const there = { name: value.name, uri: uriOf(target) };
  if (isFolderValue(value)) {
    const { digest, size } = await publishFolder(publication, place);
    return new Dir({ digest, size, ...there }) as T;
  }
  const { digest, stats } = await publishFile(publication, place.reading);
  return new File({ digest, size: Number(stats.size), ...there }) as T;
}

interface Publication {
  readonly source: string;
  readonly target: string;
  /** Digest of the value; null when it was not read yet. */
  readonly expected: string | null;
  readonly claim: (path: string, digest: string) => void;
}

// oxlint-disable-next-line typescript/no-deprecated -- read once while loading, before a thread could make files
const umask = process.umask();

/** Published files are the user's: they get the rights that new files of this process get. */
const usualMode = (stats: BigIntStats): number => (isExecutable(stats) ? 0o777 : 0o666) & ~umask;

/** Folders where this process has looked for leftovers of dead ones. */
const cleaned = new Set<string>();

function targetOf({ value, destination, cwd }: PublishRequest<File | Dir>): string {
  const path = resolve(
    cwd,
    /^[a-z][a-z0-9+.-]*:\/\//i.test(destination) ? localPathOf(destination) : destination,
  );
  if (!destination.endsWith("/")) return path;
  checkName(value.name, path);
  return join(path, value.name);
}

async function publishFile(publication: Publication, reading: Reading): Promise<Content> {
  const { source, target } = publication;
  const content = await readContent(source, reading);
  checkExpected(publication, content.digest);
  publication.claim(target, content.digest);
  if (await isFileThere(target, content, reading)) {
    // Whoever put it there may have died before it was on the disk.
    await syncPath(target);
    await syncPath(dirname(target));
    return content;
  }
  await writing(target, async (fresh) => {
    const copy = await copyFile({ from: source, to: fresh, content, mode: usualMode(content.stats) });
    await syncPath(fresh);
    renameSync(fresh, target);
    const identity = identityOfOwn(target, statSync(target, { bigint: true }), copy, reading);
    if (identity !== null) reading.identities.put(identity);
  });
  return content;
}

async function isFileThere(target: string, content: Content, reading: Reading): Promise<boolean> {
  const standing = statSync(target, { bigint: true, throwIfNoEntry: false });
  if (standing === undefined) return false;
  if (standing.isDirectory()) throw new LigaseError("destination-is-a-folder", { path: target });
  // A device or a pipe is nobody's file to replace: as root even /dev/null would go.
  if (!standing.isFile()) throw new LigaseError("destination-not-a-file", { path: target });
  if (standing.size !== content.stats.size) return false;
  return (await readContent(target, reading)).digest === content.digest;
}

async function publishFolder(publication: Publication, place: ContentPlace): Promise<FolderContent> {
  const { reading } = place;
  const { source, target } = publication;
  const content = await readFolder(source, reading);
  checkExpected(publication, content.digest);
  publication.claim(target, content.digest);
  if (!(await isFolderThere(target, content.digest, place))) {
    await writing(target, (fresh) => writeFolder({ source, target, fresh, content }));
  }
  reading.identities.put(publishedFolder(target, content, reading));
  return content;
}

/**
 * True when the folder is there as it should be; false when it may be written: what stands there was published last, or
 * is kept in the store, so that nothing is lost.
 */
async function isFolderThere(target: string, digest: string, place: ContentPlace): Promise<boolean> {
  const standing = statSync(target, { throwIfNoEntry: false });
  if (standing === undefined) return false;
  lookAtFolder(target);
  if (readdirSync(target).length === 0) return false;
  const found = (await readFolder(target, place.reading)).digest;
  if (found === digest) return true;
  const isOurs =
    place.reading.identities.get(uriOf(target))?.digest === found || existsSync(folderOf(found, place));
  if (isOurs) return false;
  throw new LigaseError("destination-not-ours", { path: target });
}

async function writeFolder(write: {
  readonly source: string;
  readonly target: string;
  readonly fresh: string;
  readonly content: FolderContent;
}): Promise<void> {
  const { source, target, fresh, content } = write;
  await copyFolder(source, fresh, content.entries, usualMode);
  for (const entry of content.entries) if (entry.kind !== "link") await syncPath(join(fresh, entry.path));
  await syncPath(fresh);
  const away = temporaryName(dirname(target));
  const replaces = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  if (replaces) renameSync(target, away);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (replaces) renameSync(away, target);
    throw error;
  }
  if (replaces) removeTree(away);
}

/** What was published at a folder, so that it may be replaced as long as it is left as it is. */
function publishedFolder(target: string, content: FolderContent, reading: Reading): FileIdentity {
  const stats = lookAtFolder(target);
  return {
    uri: uriOf(target),
    digest: content.digest,
    size: content.size,
    device: stats.dev,
    inode: stats.ino,
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    hashedAtNs: reading.nowNs(),
  };
}

function checkExpected({ source, expected }: Publication, found: string): void {
  if (expected !== null && found !== expected)
    throw new LigaseError("file-changed", { path: source, expected, found });
}

/** Makes the parents, gives a fresh name beside the target, and leaves nothing of it when the writing fails. */
async function writing(target: string, write: (fresh: string) => Promise<void>): Promise<void> {
  const folder = dirname(target);
  const fresh = temporaryName(folder);
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true });
    cleanOnce(folder);
    await write(fresh);
    for (const parent of made === undefined ? [folder] : foldersUpTo(target, dirname(made)))
      await syncPath(parent);
  } catch (cause) {
    removeTree(fresh);
    if (made !== undefined) removeEmpty(foldersUpTo(target, made));
    throw writeError(cause, target);
  }
}

function cleanOnce(folder: string): void {
  if (cleaned.has(folder)) return;
  cleaned.add(folder);
  removeLeftovers(folder);
}
