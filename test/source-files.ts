import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** The files of the repository, as git would add them: relative to the root, sorted, those being deleted left out. */
export function repositoryFiles(): readonly string[] {
  const list = (...flags: readonly string[]) =>
    execFileSync("git", ["ls-files", "-z", ...flags], { cwd: ROOT, encoding: "utf8" }).split("\0");
  const deleted = new Set(list("--deleted"));
  const files = new Set(list("--cached", "--others", "--exclude-standard"));
  return [...files].filter((file) => file !== "" && !deleted.has(file)).toSorted();
}

export function readText(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** The names in the `dependencies` of a workspace's package.json. */
export function dependenciesOf(workspace: string): readonly string[] {
  const manifest = JSON.parse(readText(`${workspace}/package.json`)) as { readonly dependencies?: object };
  return Object.keys(manifest.dependencies ?? {});
}

/** One import of a file: `target` is the imported file, or the specifier if it is not relative. */
export interface Import {
  readonly file: string;
  readonly target: string;
  readonly relative: boolean;
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const IMPORT = /(?:\bfrom|^import|\bimport\s*\(|\bimport\.meta\.resolve\()\s*(["'])([\w@./:#-]+)\1/gm;

/** Static, dynamic and type imports, and re-exports, in the order of the text. */
export function importsOf(file: string): readonly Import[] {
  return [...readText(file).replaceAll(COMMENT, "").matchAll(IMPORT)].map(([, , specifier = ""]) => {
    const relative = specifier.startsWith(".");
    return { file, target: relative ? join(dirname(file), specifier) : specifier, relative };
  });
}
