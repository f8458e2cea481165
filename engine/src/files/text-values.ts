import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashText } from "@ligase/sdk/values";
import { errnoOf, readError, writeError } from "./file-error.ts";
import { temporaryName } from "./temporary-names.ts";

/** Large values as text files named by the hash of their text: `<folder>/ab/<hash>`. */
export interface TextPlace {
  readonly folder: string;
  /** Where texts are written before they get their name; on the same file system. */
  readonly temporary: string;
}

/** Keeps a text by its hash; false when it was kept already. Throws `disk-full`, `file-not-writable`. */
export function putText(hash: string, text: string, place: TextPlace): boolean {
  if (getText(hash, place) === text) return false;
  const path = textPath(hash, place);
  const fresh = temporaryName(place.temporary);
  try {
    writeFileSync(fresh, text, { flag: "wx", mode: 0o444 });
    mkdirSync(dirname(path), { recursive: true });
    renameSync(fresh, path);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw writeError(cause, path);
  }
  return true;
}

/** The text kept by a hash. Null when there is none, or when it no longer has its hash: it is then made again. */
export function getText(hash: string, place: TextPlace): string | null {
  const path = textPath(hash, place);
  try {
    const text = readFileSync(path, "utf8");
    return hashText(text) === hash ? text : null;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return null;
    throw readError(cause, path);
  }
}

/** Reads texts of a folder, for those who only ask questions of a store. */
export function createTextReader(folder: string): { getText(hash: string): string | null } {
  return { getText: (hash) => getText(hash, { folder, temporary: folder }) };
}

/** Where a text is kept. `:` is not a character for file names everywhere. */
export function textPath(hash: string, place: TextPlace): string {
  const name = hash.replace(":", ".");
  return join(place.folder, name.slice(name.indexOf(".") + 1).slice(0, 2), name);
}
