import { statSync, type BigIntStats } from "node:fs";
import { join } from "node:path";
import { isLigaseError } from "@ligase/sdk";
import { globFiles } from "../files/glob.ts";

/** An absolute path or pattern, cut where its patterns begin. */
export interface FilePattern {
  /** The last folder that is named as it is. */
  readonly folder: string;
  /** What comes below it; a plain name when `isPlain`. */
  readonly rest: string;
  readonly isPlain: boolean;
}

export interface FoundFile {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** Reads an absolute path or pattern, as bash has them. */
export function filePattern(text: string): FilePattern {
  const parts = text.split("/").filter((part) => part !== "");
  const first = parts.findIndex(isPattern);
  const named = (first < 0 ? parts.slice(0, -1) : parts.slice(0, first)).map(plainText);
  const rest = first < 0 ? plainText(parts.at(-1) ?? "") : parts.slice(first).join("/");
  return { folder: `/${named.join("/")}`, rest, isPlain: first < 0 };
}

/** Braces may be cut apart by a slash: what is open counts. */
const isPattern = (part: string): boolean => /[*?[{]/.test(part.replaceAll(/\\./g, ""));

const plainText = (part: string): string => part.replaceAll(/\\(.)/g, "$1");

/** The regular files that match now, by name; none where the folder is not there or may not be read. */
export function filesMatching({ folder, rest, isPlain }: FilePattern): readonly FoundFile[] {
  return (isPlain ? [rest] : globbed(folder, rest)).flatMap((name) => {
    const path = join(folder, name);
    const stats = lookAt(path);
    return stats?.isFile() === true ? [{ path, stats }] : [];
  });
}

function globbed(folder: string, pattern: string): readonly string[] {
  try {
    return globFiles({ folder, pattern });
  } catch (error) {
    if (isLigaseError(error)) return [];
    throw error;
  }
}

function lookAt(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
