import { chmodSync, existsSync, lstatSync, renameSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { Dir, isLigaseError } from "@ligase/sdk";
import { checkName } from "./path-inside.ts";
import {
  folderOf,
  isOurs,
  leavingNothing,
  makeFolder,
  noteFile,
  readingOnce,
  readOnlyMode,
  renamed,
} from "./content-store.ts";
import type { ContentPlace } from "./content-store.ts";
import { copyFolder } from "./copying.ts";
import { readFolder, type FolderContent } from "./folder-manifest.ts";
import { lookAtFile, uriOf } from "./identity.ts";
import { removeTree } from "./removing.ts";
import { temporaryName } from "./temporary-names.ts";

interface FolderToPlace {
  readonly path: string;
  readonly target: string;
  readonly content: FolderContent;
}

/**
 * Moves a folder into the place of its content, whole from the moment its name is there.
 * Throws what `readFolder` throws, `path-leaves-folder`, `disk-full`, `file-not-writable`.
 */
export async function adoptFolder(path: string, name: string, place: ContentPlace): Promise<Dir> {
  checkName(name, place.folder);
  const content = await readFolder(path, readingOnce(place.reading));
  const target = join(folderOf(content.digest, place), name);
  await leavingNothing(target, place, () => placeFolder({ path, target, content }, place));
  return new Dir({ digest: content.digest, size: content.size, name, uri: uriOf(target) });
}

async function placeFolder(folder: FolderToPlace, place: ContentPlace): Promise<void> {
  const { path, target, content } = folder;
  makeFolder(dirname(target));
  if (await stands(target, content.digest, place)) return removeOriginal(path);
  if (canBeMoved(folder)) {
    openFolders(folder);
    if (renamedOver(path, target, place)) return noteFolder(folder, "moved", place);
  }
  const fresh = temporaryName(place.temporary);
  try {
    await copyFolder(path, fresh, content.entries, readOnlyMode);
    renamedOver(fresh, target, place);
  } finally {
    removeTree(fresh);
  }
  noteFolder(folder, "copied", place);
  removeOriginal(path);
}

async function stands(target: string, digest: string, place: ContentPlace): Promise<boolean> {
  if (!existsSync(target)) return false;
  try {
    return (await readFolder(target, place.reading)).digest === digest;
  } catch (error) {
    // Whatever else it is by now, it is not this folder, and is replaced.
    if (isLigaseError(error)) return false;
    throw error;
  }
}

function canBeMoved({ path, content }: FolderToPlace): boolean {
  if (lstatSync(path).isSymbolicLink()) return false;
  return content.entries.every((entry) => entry.kind !== "file" || isOurs(entry.content.stats));
}

/** A folder that its owner may not write in cannot be moved, nor could users remove it from the store. */
function openFolders({ path, content }: FolderToPlace): void {
  const below = content.entries.flatMap((entry) => (entry.kind === "folder" ? [join(path, entry.path)] : []));
  for (const folder of [path, ...below]) {
    const { mode } = lstatSync(folder);
    if ((mode & 0o700) !== 0o700) chmodSync(folder, (mode & 0o777) | 0o700);
  }
}

function renamedOver(from: string, target: string, place: ContentPlace): boolean {
  if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) {
    const away = temporaryName(place.temporary);
    renameSync(target, away);
    removeTree(away);
  }
  return renamed(from, target);
}

/**
 * Takes the files into account. Moved ones become read-only; folders stay writable, so that users can remove them. A
 * copy has the time of its original to a microsecond only: it is taken as it looks, for nobody else knew it.
 */
function noteFolder({ target, content }: FolderToPlace, way: "moved" | "copied", place: ContentPlace): void {
  for (const entry of content.entries) {
    if (entry.kind !== "file") continue;
    const path = join(target, entry.path);
    if (way === "moved") chmodSync(path, readOnlyMode(entry.content.stats));
    noteFile(path, way === "moved" ? entry.content : { ...entry.content, stats: lookAtFile(path) }, place);
  }
}

function removeOriginal(path: string): void {
  if (lstatSync(path).isSymbolicLink()) unlinkSync(path);
  else removeTree(path);
}
