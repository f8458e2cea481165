import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LigaseError, type Dir, type File } from "@ligase/sdk";
import { readOnlyMode } from "./content-store.ts";
import { cloneFile } from "./copying.ts";
import { errnoOf, writeError } from "./file-error.ts";
import { lookAtFolder, readFolder, type ManifestEntry } from "./folder-manifest.ts";
import { hasContentNow, lookAtFile, readContent, type Reading } from "./identity.ts";
import { isFolderValue } from "./folder-value.ts";
import { localPathOf } from "./local-path.ts";

const ENTRIES_PER_TURN = 200;

/**
 * Places a file at a path of a work folder: a clone where the file system shares blocks, else a symbolic link. Never a
 * hard link: a tool could write through it to the user's data or to a kept result, and each link and removal would set
 * the change time of the bytes, so that they would have to be read again (ADR 5).
 * Throws `file-changed` when the content is no longer the value's, what `readContent` throws, and write errors.
 */
export async function stageFile(value: File, path: string, reading: Reading): Promise<void> {
  const source = localPathOf(value.uri);
  const { digest, size, uri } = value;
  if (digest !== null && hasContentNow(source, { digest, size, uri }, reading) !== true) {
    checkDigest(source, digest, (await readContent(source, reading)).digest);
  }
  placing(path, () => linkOrClone(source, path));
}

/**
 * Places a folder: real folders, with each file placed as `stageFile` does, so that what a tool writes beside an input
 * stays in the work folder.
 */
export async function stageFolder(value: Dir, path: string, reading: Reading): Promise<void> {
  const source = localPathOf(value.uri);
  lookAtFolder(source);
  const content = await readFolder(source, reading);
  if (value.digest !== null) checkDigest(source, value.digest, content.digest);
  placing(path, () => mkdirSync(path));
  for (const [index, entry] of content.entries.entries()) {
    const target = join(path, entry.path);
    placing(target, () => placeEntry(entry, join(source, entry.path), target));
    if (index % ENTRIES_PER_TURN === ENTRIES_PER_TURN - 1) await setImmediate();
  }
}

/** Places a file or a folder. */
export function stageValue(value: File | Dir, path: string, reading: Reading): Promise<void> {
  return isFolderValue(value) ? stageFolder(value, path, reading) : stageFile(value, path, reading);
}

function checkDigest(path: string, expected: string, found: string): void {
  if (found !== expected) throw new LigaseError("file-changed", { path, expected, found });
}

function placeEntry(entry: ManifestEntry, source: string, target: string): void {
  switch (entry.kind) {
    case "folder":
      mkdirSync(target);
      return;
    case "link":
      symlinkSync(entry.target, target);
      return;
    case "file":
      linkOrClone(source, target);
  }
}

function linkOrClone(source: string, path: string): void {
  const stats = lookAtFile(source);
  if (cloneFile(source, stats, path)) chmodSync(path, readOnlyMode(stats));
  else symlinkSync(source, path);
}

/** Makes the parent folders, and puts out of the way what an earlier try placed. */
function placing(path: string, place: () => void): void {
  try {
    placeOnce(path, place);
  } catch (cause) {
    throw writeError(cause, path);
  }
}

function placeOnce(path: string, place: () => void): void {
  try {
    place();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") mkdirSync(dirname(path), { recursive: true });
    else if (errnoOf(error) === "EEXIST" && lstatSync(path).isSymbolicLink()) rmSync(path);
    else if (errnoOf(error) === "EEXIST") rmSync(path, { recursive: true });
    else throw error;
    place();
  }
}
