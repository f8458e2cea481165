import { dirname, join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import type { Sources } from "./sources.ts";

/** What code hashing reads of a `package.json`. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The `package.json` of a folder, or null. Throws `code-not-parsable`. */
export function readManifest(folder: string, sources: Sources): Manifest | null {
  return readJson(join(folder, "package.json"), sources) as Manifest | null;
}

/** The nearest folder at or above one that has a `package.json`. */
export function packageFolderAbove(folder: string, sources: Sources): string | null {
  for (const above of foldersUpFrom(folder)) {
    if (sources.realPath(join(above, "package.json")) !== null) return above;
  }
  return null;
}

/** A folder and all above it, nearest first. */
export function foldersUpFrom(folder: string): readonly string[] {
  const folders = [folder];
  for (let below = folder, above = dirname(folder); above !== below; below = above, above = dirname(above)) {
    folders.push(above);
  }
  return folders;
}

/** A JSON file's value, or null when there is no file. Throws `code-not-parsable`. */
export function readJson(path: string, sources: Sources): unknown {
  const text = sources.text(path);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LigaseError("code-not-parsable", { file: path, line: 1, column: 1, reason }, { cause: error });
  }
}
