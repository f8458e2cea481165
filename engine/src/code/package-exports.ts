import { join } from "node:path";
import type { Manifest } from "./manifest.ts";

const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

/** The file of a package that a subpath (`.`, `./x`) stands for, by its `exports`, else its `main`; null when none. */
export function exportedFile(folder: string, manifest: Manifest, subpath: string): string | null {
  if (manifest.exports === undefined)
    return join(folder, subpath === "." ? (manifest.main ?? "index.js") : subpath);
  const table = isSubpathTable(manifest.exports) ? manifest.exports : { ".": manifest.exports };
  const target = matchTarget(table, subpath);
  return target === null ? null : join(folder, target);
}

/** What a `#name` stands for by a package's `imports`: a relative file or another specifier; null when nothing. */
export function importedSpecifier(manifest: Manifest, specifier: string): string | null {
  return isRecord(manifest.imports) ? matchTarget(manifest.imports, specifier) : null;
}

function matchTarget(table: Readonly<Record<string, unknown>>, key: string): string | null {
  if (key in table && !key.includes("*")) return chooseTarget(table[key]);
  const patterns = Object.keys(table).filter((pattern) => pattern.includes("*"));
  for (const pattern of patterns.toSorted((a, b) => b.indexOf("*") - a.indexOf("*"))) {
    const filling = matchPattern(pattern, key);
    if (filling !== null) return chooseTarget(table[pattern])?.replaceAll("*", filling) ?? null;
  }
  return null;
}

/** What the star of a pattern stands for in a text, or null when they do not match. */
export function matchPattern(pattern: string, text: string): string | null {
  const [head = "", tail = ""] = pattern.split("*");
  const fits = text.startsWith(head) && text.endsWith(tail) && text.length >= head.length + tail.length;
  return fits ? text.slice(head.length, text.length - tail.length) : null;
}

function chooseTarget(target: unknown): string | null {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(chooseTarget).find((each) => each !== null) ?? null;
  if (!isRecord(target)) return null;
  for (const [condition, inner] of Object.entries(target)) {
    const chosen = CONDITIONS.has(condition) ? chooseTarget(inner) : null;
    if (chosen !== null) return chosen;
  }
  return null;
}

const isSubpathTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && Object.keys(value).some((key) => key.startsWith("."));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
