import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import type { BigIntStats } from "node:fs";
import { dirname, join } from "node:path";
import { File, isLigaseError, LigaseError } from "@ligase/sdk";
import { copyFile } from "./copying.ts";
import { errnoOf, writeError } from "./file-error.ts";
import { identityOfOwn, isSameWriting, readContent, uriOf } from "./identity.ts";
import type { Content, Reading } from "./identity.ts";
import { checkName } from "./path-inside.ts";
import { removeEmpty, removeTree } from "./removing.ts";
import { temporaryName } from "./temporary-names.ts";
import { foldersUpTo, type UnsyncedFiles } from "./unsynced-files.ts";

/** Below one block of the disk, a second name for equal bytes costs as much as the bytes. */
const SHARED_BYTES = 4096n;

/** The part of a file store's folder that is addressed by content: `<folder>/sha256/ab/<digest>/<name>`. */
export interface ContentPlace {
  /** Absolute, without links in it. */
  readonly folder: string;
  /** Where copies are made before they get their name; on the same file system. */
  readonly temporary: string;
  readonly unsynced: UnsyncedFiles;
  readonly reading: Reading;
}

/**
 * Moves a file into the place of its content. An entry is whole from the moment its name is there: names come by rename
 * and link only. Throws what `readContent` throws, `path-leaves-folder`, `disk-full`, `file-not-writable`.
 */
export async function adoptFile(path: string, name: string, place: ContentPlace): Promise<File> {
  checkName(name, place.folder);
  const reading = readingOnce(place.reading);
  const content = await readContent(path, reading);
  const target = join(folderOf(content.digest, place), name);
  await leavingNothing(target, place, () => placeFile({ path, target, content }, place));
  return new File({ digest: content.digest, size: Number(content.stats.size), name, uri: uriOf(target) });
}

/** The folder of a content. */
export function folderOf(digest: string, place: ContentPlace): string {
  const [algorithm = "", hex = ""] = digest.split(":");
  return join(place.folder, algorithm, hex.slice(0, 2), hex);
}

/** A reading that remembers nothing of where the files are now: they are about to leave. */
export function readingOnce(reading: Reading): Reading {
  return { ...reading, identities: { get: (uri) => reading.identities.get(uri), put: () => undefined } };
}

/** Makes a folder; false when it was there. */
export function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    if (errnoOf(error) !== "ENOENT") throw error;
    return mkdirSync(folder, { recursive: true }) !== undefined;
  }
}

/** Does what ends in a new name; when it fails, the folders made for the name go too. */
export async function leavingNothing(
  target: string,
  place: ContentPlace,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    removeEmpty(foldersUpTo(target, place.folder).slice(0, -1));
    throw writeError(cause, target);
  }
}

/** Renames where that is possible; false when it is another file system or not ours to move. */
export function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EXDEV") return false;
    throw error;
  }
}

/** Takes a file into account that has just been placed. */
export function noteFile(path: string, content: Content, place: ContentPlace): void {
  const identity = identityOfOwn(path, statSync(path, { bigint: true }), content, place.reading);
  const folders = foldersUpTo(path, place.folder);
  place.unsynced.add({ path, bytes: Number(content.stats.size), folders, identity: identity ?? "unsettled" });
}

/** Mode of a kept file: nobody writes; who could read and execute it still can. */
export const readOnlyMode = (stats: BigIntStats): number => (Number(stats.mode) & 0o555) | 0o400;

/** Whether anybody may execute a file. */
export const isExecutable = (stats: BigIntStats): boolean => (stats.mode & 0o111n) !== 0n;

/** Whether this process may take the file as it is: nobody else can have another name for it, or own it. */
export function isOurs(stats: BigIntStats): boolean {
  const user = process.getuid?.();
  return stats.nlink === 1n && (user === undefined || user === 0 || BigInt(user) === stats.uid);
}

interface FileToPlace {
  readonly path: string;
  readonly target: string;
  readonly content: Content;
}

async function placeFile(file: FileToPlace, place: ContentPlace): Promise<void> {
  const { path, target, content } = file;
  if (!makeFolder(dirname(target))) {
    const standing = await standingFile(target, content.digest, place);
    if (standing !== null) return keepStanding(file, standing, place);
    if (await linkedToSibling(file, place)) return rmSync(path);
  }
  noteFile(target, await bringFile(file, place), place);
}

/** What stands at a path if its content is as given. A damaged entry counts as none, and is replaced. */
async function standingFile(path: string, digest: string, place: ContentPlace): Promise<Content | null> {
  try {
    const content = await readContent(path, place.reading);
    return content.digest === digest ? content : null;
  } catch (error) {
    if (isLigaseError(error, "file-not-found") || isLigaseError(error, "file-is-a-folder")) return null;
    throw error;
  }
}

/** Equal bytes are there under this name. The name becomes executable if either was. */
function keepStanding(file: FileToPlace, standing: Content, place: ContentPlace): void {
  if (isExecutable(file.content.stats) && !isExecutable(standing.stats)) {
    chmodSync(file.target, readOnlyMode(file.content.stats));
    noteRelinked(dirname(file.target), standing, place);
  }
  place.unsynced.found(file.target, Number(standing.stats.size));
  rmSync(file.path);
}

/** Gives bytes that are there under another name a second name. */
async function linkedToSibling(file: FileToPlace, place: ContentPlace): Promise<boolean> {
  const { target, content } = file;
  if (content.stats.size < SHARED_BYTES) return false;
  for (const name of readdirSync(dirname(target))) {
    const sibling = join(dirname(target), name);
    const standing = sibling === target ? null : await standingFile(sibling, content.digest, place);
    if (standing === null || isExecutable(standing.stats) !== isExecutable(content.stats)) continue;
    if (!linked(sibling, target, place)) return false;
    noteRelinked(dirname(target), standing, place);
    return true;
  }
  return false;
}

/** A name that a damaged entry holds is taken by renaming. False where the file system allows no more links. */
function linked(from: string, target: string, place: ContentPlace): boolean {
  const fresh = temporaryName(place.temporary);
  try {
    linkSync(from, fresh);
  } catch (error) {
    if (["EMLINK", "EPERM", "ENOTSUP"].includes(errnoOf(error) ?? "")) return false;
    throw error;
  }
  displace(target, place);
  renameSync(fresh, target);
  return true;
}

/** A link or a mode sets the change time of all names of the bytes: each is remembered as it looks now. */
function noteRelinked(folder: string, standing: Content, place: ContentPlace): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path, { bigint: true }).ino === standing.stats.ino) noteFile(path, standing, place);
  }
}

/** Brings the bytes to the target; the original is gone after. Returns the content as it stands there. */
async function bringFile(file: FileToPlace, place: ContentPlace): Promise<Content> {
  const { path, target, content } = file;
  displace(target, place);
  // A link leads to what others own (often an input), and through a second hard link others write on: these are copied.
  const movable = isOurs(content.stats) && !lstatSync(path).isSymbolicLink();
  if (movable && renamed(path, target)) {
    protect(target, content);
    return content;
  }
  const brought = await copiedIn(file, place);
  rmSync(path);
  return brought;
}

/** Makes a moved file read-only, unless it was written to after it was read. */
function protect(target: string, content: Content): void {
  if (isSameWriting(statSync(target, { bigint: true }), content.stats))
    return chmodSync(target, readOnlyMode(content.stats));
  rmSync(target);
  throw new LigaseError("file-changed-while-read", { path: target });
}

async function copiedIn({ path, target, content }: FileToPlace, place: ContentPlace): Promise<Content> {
  const fresh = temporaryName(place.temporary);
  try {
    const copy = await copyFile({ from: path, to: fresh, content, mode: readOnlyMode(content.stats) });
    renameSync(fresh, target);
    return copy;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Takes a folder out of the way of a file; a file is replaced by renaming. */
function displace(target: string, place: ContentPlace): void {
  const standing = lstatSync(target, { throwIfNoEntry: false });
  if (standing === undefined || !standing.isDirectory()) return;
  const away = temporaryName(place.temporary);
  renameSync(target, away);
  removeTree(away);
}
