import { readFileSync } from "node:fs";
import { registerHooks, type LoadHookSync, type ResolveHookSync } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LigaseError } from "@ligase/sdk";
import type { CodeInUse } from "./code-in-use.ts";
import { contentHash } from "./content-hash.ts";
import { installedFolder } from "./installed-folder.ts";

/**
 * Has everything noted that this process imports from now on (C22). A module of the project counts by its text, a
 * package by its `package.json`, and where an import leads counts, too: other files may take the place of the same ones.
 */
export function noteImports(code: CodeInUse): void {
  registerHooks({ resolve: noteDestination(code), load: noteModule(code) });
}

const BINARY = /\.(?:node|wasm)$/;

const noteDestination =
  (code: CodeInUse): ResolveHookSync =>
  (specifier, context, next) => {
    const resolved = next(specifier, context);
    const { parentURL } = context;
    if (parentURL === undefined || !resolved.url.startsWith("file:")) return resolved;
    if (installedFolder(parentURL) !== null && !/^[^./]/.test(specifier)) return resolved;
    // A list by its type; of `require` Node 22 gives a set.
    const way = new Set(context.conditions).has("require") ? "require" : "import";
    code.note(`the ${way} of ${specifier} in ${pathOf(parentURL) ?? parentURL}`, resolved.url);
    return resolved;
  };

const noteModule =
  (code: CodeInUse): LoadHookSync =>
  (url, context, next) => {
    const path = pathOf(url);
    if (path === null) return next(url, context);
    const folder = installedFolder(path);
    if (folder !== null) {
      notePackage(folder, code);
      return next(url, context);
    }
    const before = readIfThere(path);
    const loaded = next(url, context);
    if (before === null) return loaded;
    const { source } = loaded;
    // Another loader may have made something else of it; then it must be the same before and after.
    if (!isSame(source, before) && readIfThere(path)?.equals(before) !== true)
      throw new LigaseError("code-edited", { subject: path });
    if (BINARY.test(path)) code.note(path, contentHash(before));
    else code.noteText(path, before.toString("utf8"));
    return loaded;
  };

function notePackage(folder: string, code: CodeInUse): void {
  const path = join(folder, "package.json");
  if (code.textOf(path) !== null) return;
  const manifest = readIfThere(path);
  if (manifest !== null) code.noteText(path, manifest.toString("utf8"));
}

const isSame = (source: unknown, bytes: Buffer): boolean =>
  typeof source === "string"
    ? bytes.toString("utf8") === source
    : source instanceof Uint8Array && bytes.equals(source);

const pathOf = (url: string): string | null =>
  url.startsWith("file:") ? fileURLToPath(withoutQuery(url)) : null;

const withoutQuery = (url: string): string => url.replace(/[?#].*$/, "");

/** What is not there, or cannot be read, is for Node to say. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
