import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { hash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDir, isFile } from "@ligase/sdk/internal";

/** The files below a value whose bytes are not those of their digest; folders are looked at for their presence alone. */
export function wrongFilesIn(value: unknown): readonly string[] {
  if (isFile(value)) return wrongFile(fileURLToPath(value.uri), value.digest ?? "");
  if (isDir(value)) return existsSync(fileURLToPath(value.uri)) ? [] : [`${value.uri} is gone`];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(wrongFilesIn);
}

function wrongFile(path: string, digest: string): readonly string[] {
  if (!existsSync(path)) return [`${path} is gone`];
  const found = `sha256:${hash("sha256", readFileSync(path), "hex")}`;
  return found === digest ? [] : [`${path} has ${found} and not ${digest}`];
}

/** Files that were published and are not whole: each says its number and has as many bytes as its name tells. */
export function wrongPublished(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, n, size] = /^(\d+)-(\d+)\.txt$/.exec(name) ?? [];
    if (n === undefined) return [];
    const content = readFileSync(join(folder, name), "latin1");
    return content === `${n}\n${"x".repeat(Number(size))}` ? [] : [`published/${name} is not whole`];
  });
}

/** All paths below a folder, links not followed. */
export function pathsBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return lstatSync(path).isDirectory() ? [path, ...pathsBelow(path)] : [path];
  });
}
