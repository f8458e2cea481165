import { extname } from "node:path";
import type { GateRecord } from "@ligase/engine";
import { isDir, isFile, type Dir, type File } from "@ligase/sdk/values";

/** Types of files by the end of their names, for who shows them; their bytes are always given as a download. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".htm": "text/html",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".tsv": "text/tab-separated-values",
  ".txt": "text/plain",
};

export const mediaTypeOf = (name: string): string =>
  MEDIA_TYPES[extname(name).toLowerCase()] ?? "application/octet-stream";

/** The files and folders that a gate shows, however deep they are in its evidence and its value, in their order. */
export function shownFiles({
  evidence,
  value,
}: Pick<GateRecord, "evidence" | "value">): readonly (File | Dir)[] {
  const found: (File | Dir)[] = [];
  const visit = (part: unknown): void => {
    if (isFile(part) || isDir(part)) found.push(part);
    else if (part instanceof Map) for (const pair of part) visit(pair);
    else if (Array.isArray(part) || part instanceof Set) for (const item of part) visit(item);
    else if (typeof part === "object" && part !== null && !ArrayBuffer.isView(part))
      Object.values(part).forEach(visit);
  };
  visit([evidence, value]);
  return found;
}
