import { accessSync, constants, statSync, type Stats } from "node:fs";
import { isFile, type Dir, type File } from "./file.ts";

/** What is wrong with the place of a local file or folder, in words; undefined when it is there and can be read. */
export function placeProblem(value: File | Dir): string | undefined {
  if (!value.uri.startsWith("file:")) return undefined;
  const wanted = isFile(value) ? "file" : "folder";
  const place = JSON.stringify(value.path);
  try {
    const stats = statSync(value.path);
    const found = kindProblem(stats, wanted);
    if (found !== undefined) return `${place} is ${found}`;
    accessSync(value.path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR"
      ? `there is no ${wanted} ${place}`
      : `${place} cannot be read (${code})`;
  }
}

function kindProblem(stats: Stats, wanted: "file" | "folder"): string | undefined {
  if (wanted === "folder") return stats.isDirectory() ? undefined : "a file";
  if (stats.isDirectory()) return "a folder";
  return stats.isFile() ? undefined : "no regular file";
}
