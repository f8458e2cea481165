import { hash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync, realpathSync, type BigIntStats, type Stats } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LigaseError } from "@ligase/sdk";
import { errnoOf, readError } from "./file-error.ts";
import { kindOf, look, readContent, type Content, type Reading } from "./identity.ts";
import { isBelow } from "./path-inside.ts";

/** One thing below a folder; `path` is relative to the folder. */
export type ManifestEntry =
  | { readonly kind: "file"; readonly path: string; readonly content: Content; readonly executable: boolean }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "folder"; readonly path: string };

/** What a folder holds, sorted by path. */
export interface FolderContent {
  /** Digest of the canonical manifest: paths, digests, executable bits, link targets. */
  readonly digest: string;
  /** Bytes of all files. */
  readonly size: number;
  readonly entries: readonly ManifestEntry[];
}

/** After so many entries the loop of the scheduler has a turn. */
const ENTRIES_PER_TURN = 200;

/**
 * Reads a folder to the bottom; the content of unchanged files is remembered. A link is kept as its text, so one that
 * leads out of the folder is refused: what it leads to could change unseen.
 * Throws what `readContent` throws, and `folder-is-a-file`, `link-leaves-folder`, `name-not-unicode`.
 */
export async function readFolder(path: string, reading: Reading): Promise<FolderContent> {
  lookAtFolder(path);
  const entries: ManifestEntry[] = [];
  const unread = [""];
  for (let folder = unread.pop(); folder !== undefined; folder = unread.pop()) {
    for (const name of namesIn(join(path, folder))) {
      const entry = await readEntry(path, folder === "" ? name : `${folder}/${name}`, reading);
      if (entry.kind === "folder") unread.push(entry.path);
      if (entries.push(entry) % ENTRIES_PER_TURN === 0) await setImmediate();
    }
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { digest: digestOf(entries), size: sizeOf(entries), entries };
}

/** One look at a path that must be a folder. Throws `file-not-found`, `file-not-readable`, `folder-is-a-file`. */
export function lookAtFolder(path: string): BigIntStats {
  const stats = look(path);
  if (!stats.isDirectory()) throw new LigaseError("folder-is-a-file", { path });
  return stats;
}

/** Names in a folder. Throws `file-not-found`, `file-not-readable`. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw readError(cause, folder);
  }
}

async function readEntry(root: string, path: string, reading: Reading): Promise<ManifestEntry> {
  const absolute = join(root, path);
  const stats = lookWithoutFollowing(absolute);
  if (stats.isDirectory()) return { kind: "folder", path };
  if (stats.isSymbolicLink()) return { kind: "link", path, target: linkInside(root, absolute) };
  if (!stats.isFile()) throw new LigaseError("not-a-regular-file", { path: absolute, found: kindOf(stats) });
  return {
    kind: "file",
    path,
    content: await readContent(absolute, reading),
    executable: (stats.mode & 0o111) !== 0,
  };
}

function lookWithoutFollowing(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (cause) {
    // Bytes that are no UTF-8 come as U+FFFD, and the name cannot be given back to the system.
    if (errnoOf(cause) === "ENOENT" && path.includes("\uFFFD")) {
      throw new LigaseError("name-not-unicode", {
        folder: dirname(path),
        name: path.slice(dirname(path).length + 1),
      });
    }
    throw readError(cause, path);
  }
}

/** Text of a link that stays in the folder, by its words and, where it leads somewhere, in fact. */
function linkInside(root: string, path: string): string {
  const target = readlinkSync(path);
  const named = resolve(dirname(path), target);
  const inside = !isAbsolute(target) && (named === root || isBelow(root, named)) && leadsInside(root, path);
  if (!inside) throw new LigaseError("link-leaves-folder", { path, target });
  return target;
}

/** A link that leads nowhere, or round in a circle, leads to nothing outside. */
function leadsInside(root: string, path: string): boolean {
  try {
    const end = realpathSync(path);
    const folder = realpathSync(root);
    return end === folder || isBelow(folder, end);
  } catch (cause) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(cause) ?? "")) return true;
    throw readError(cause, path);
  }
}

function digestOf(entries: readonly ManifestEntry[]): string {
  const lines = entries.map((entry) => JSON.stringify(lineOf(entry)));
  return "sha256:" + hash("sha256", ["ligase-folder:1", ...lines].join("\n"), "hex");
}

function lineOf(entry: ManifestEntry): readonly (string | boolean)[] {
  switch (entry.kind) {
    case "file":
      return ["file", entry.path, entry.content.digest, entry.executable];
    case "link":
      return ["link", entry.path, entry.target];
    case "folder":
      return ["folder", entry.path];
  }
}

function sizeOf(entries: readonly ManifestEntry[]): number {
  return entries.reduce(
    (sum, entry) => sum + (entry.kind === "file" ? Number(entry.content.stats.size) : 0),
    0,
  );
}
