import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LigaseError } from "../errors/ligase-error.ts";
import { callSite } from "../graph/node.ts";
import { File } from "../values/file.ts";

/**
 * A file that lies beside the code, as a constant: `asset("./plot.py")`. The path is relative to the file that calls
 * this. Its content is part of the key of whatever uses it; in the code of a function task, where the path is written
 * out as constant text. Throws `asset-not-found`.
 */
export function asset(path: string): File {
  const at = callSite() ?? null;
  const base = at === null ? process.cwd() : dirname(at.replace(/:\d+:\d+$/, ""));
  const absolute = resolve(base, path);
  if (statSync(absolute, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new LigaseError("asset-not-found", { path, absolute, at });
  }
  return File.beside(absolute);
}
