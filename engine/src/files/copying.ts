import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import type { BigIntStats } from "node:fs";
import { copyFile as copyFileInThread } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LigaseError } from "@ligase/sdk";
import { errnoOf } from "./file-error.ts";
import type { ManifestEntry } from "./folder-manifest.ts";
import { LARGE_BYTES, lookAtFile, type Content } from "./identity.ts";

const COPIES_PER_TURN = 50;

/** A copy to make of a file whose content is known. */
export interface Copy {
  readonly from: string;
  /** A name that nothing else uses yet. */
  readonly to: string;
  readonly content: Content;
  readonly mode: number;
}

/**
 * Copies a file, sharing its blocks where the file system can, and keeps its modification time (tools compare the times
 * of data and index). Returns the content at its new place. Throws the system's errors, and `file-changed-while-read`.
 */
export async function copyFile(copy: Copy): Promise<Content> {
  const { from, to, content, mode } = copy;
  if (content.stats.size < LARGE_BYTES) copyFileSync(from, to, constants.COPYFILE_FICLONE);
  else await copyFileInThread(from, to, constants.COPYFILE_FICLONE);
  const source = lookAtFile(from);
  if (!isUnchanged(source, content.stats)) throw new LigaseError("file-changed-while-read", { path: from });
  // Before the mode: a file without write permission may refuse it on some systems.
  utimesSync(to, Number(source.atimeNs) / 1e9, Number(source.mtimeNs) / 1e9);
  chmodSync(to, mode);
  return { digest: content.digest, stats: statSync(to, { bigint: true }), readAtNs: content.readAtNs };
}

/** Copies what a folder holds to a new folder. Throws what `copyFile` throws. */
export async function copyFolder(
  from: string,
  to: string,
  entries: readonly ManifestEntry[],
  mode: (stats: BigIntStats) => number,
): Promise<void> {
  mkdirSync(to);
  for (const [index, entry] of entries.entries()) {
    await copyEntry(entry, join(from, entry.path), join(to, entry.path), mode);
    if (index % COPIES_PER_TURN === COPIES_PER_TURN - 1) await setImmediate();
  }
}

/** Clones a file by sharing its blocks. False where the file system cannot. */
export function cloneFile(from: string, stats: BigIntStats, to: string): boolean {
  if (cannotClone.has(stats.dev) || statSync(dirname(to), { bigint: true }).dev !== stats.dev) return false;
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (!CANNOT_CLONE.has(errnoOf(error) ?? "")) throw error;
    rmSync(to, { force: true });
    cannotClone.add(stats.dev);
    return false;
  }
}

const CANNOT_CLONE: ReadonlySet<string> = new Set([
  "ENOTSUP",
  "EOPNOTSUPP",
  "EXDEV",
  "EINVAL",
  "ENOSYS",
  "ENOTTY",
]);
/** Devices whose file system was asked and cannot. */
const cannotClone = new Set<bigint>();

async function copyEntry(
  entry: ManifestEntry,
  from: string,
  to: string,
  mode: (stats: BigIntStats) => number,
): Promise<void> {
  switch (entry.kind) {
    case "folder":
      mkdirSync(to);
      return;
    case "link":
      symlinkSync(entry.target, to);
      return;
    case "file":
      await copyFile({ from, to, content: entry.content, mode: mode(entry.content.stats) });
  }
}

/** The change time too: the content that is promised is the one that was read. */
function isUnchanged(now: BigIntStats, then: BigIntStats): boolean {
  return (
    now.ctimeNs === then.ctimeNs &&
    now.mtimeNs === then.mtimeNs &&
    now.size === then.size &&
    now.ino === then.ino
  );
}
