import { readdirSync, statSync, type Dirent } from "node:fs";
import { isAbsolute, join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import { errnoOf, readError } from "./file-error.ts";
import { parseGlob, type GlobPart } from "./glob-pattern.ts";

/** Which files of a folder are meant. */
export interface GlobRequest {
  readonly folder: string;
  /** As in bash, with `**`; see `glob-pattern.ts`. */
  readonly pattern: string;
  /** Names at the top of the folder that are not looked into, such as those of staged inputs. */
  readonly exclude?: readonly string[];
}

/**
 * Relative paths of the regular files that match, sorted, each once. Links to files count as files, wherever they lead;
 * links to folders are not followed.
 * Throws `path-leaves-folder`, `file-not-found`, `file-not-readable`.
 */
export function globFiles({ folder, pattern, exclude = [] }: GlobRequest): readonly string[] {
  if (isAbsolute(pattern) || pattern.split("/").includes("..")) {
    throw new LigaseError("path-leaves-folder", { path: pattern, folder });
  }
  const found = new Set<string>();
  for (const parts of parseGlob(pattern))
    for (const path of matching(folder, parts, exclude)) found.add(path);
  return [...found].toSorted((a, b) => (a < b ? -1 : 1));
}

interface Place {
  readonly path: string;
  /** The parts that what is below the path must match; several, for `**` may stand for more or fewer folders. */
  readonly parts: readonly (readonly GlobPart[])[];
}

function* matching(
  folder: string,
  parts: readonly GlobPart[],
  exclude: readonly string[],
): Generator<string> {
  const unread: Place[] = [{ path: "", parts: [parts] }];
  for (let place = unread.pop(); place !== undefined; place = unread.pop()) {
    for (const entry of entriesOf(join(folder, place.path))) {
      if (place.path === "" && exclude.includes(entry.name)) continue;
      const path = place.path === "" ? entry.name : `${place.path}/${entry.name}`;
      const rests = place.parts.flatMap((rest) => after(rest, entry.name));
      if (rests.length === 0) continue;
      if (entry.isDirectory()) unread.push({ path, parts: distinct(rests) });
      else if (rests.some(isComplete) && isFile(folder, path, entry)) yield path;
    }
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw readError(cause, folder);
  }
}

/** What is left of the parts once one name is matched: `**` may take it or be over. */
function after(parts: readonly GlobPart[], name: string): readonly (readonly GlobPart[])[] {
  const [first, ...rest] = parts;
  if (first === undefined) return [];
  if (first.kind === "name") return first.test.test(name) ? [rest] : [];
  const stays = name.startsWith(".") ? [] : [parts];
  return [...stays, ...after(rest, name)];
}

/** Nothing but `**` is left, which may stand for nothing. */
const isComplete = (parts: readonly GlobPart[]): boolean => parts.every((part) => part.kind === "any-depth");

/** Rests of one pattern differ only in length. */
function distinct(rests: readonly (readonly GlobPart[])[]): readonly (readonly GlobPart[])[] {
  return [...new Map(rests.map((rest) => [rest.length, rest])).values()];
}

function isFile(folder: string, path: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return statSync(join(folder, path)).isFile();
  } catch (cause) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(cause) ?? "")) return false;
    throw readError(cause, join(folder, path));
  }
}
