import { lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Folder where children keep code that Node has stripped of types and compiled; it halves their start. It is the
 * user's own and not in the common temp folder: whoever can write there decides what runs. Null when there is none.
 */
export function compileCacheFolder(): string | null {
  const folder = join(userCacheFolder(), "ligase", "compiled");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOwn(folder) ? folder : null;
  } catch {
    // A home that is absent or cannot be written to: children start slower, and that is all.
    return null;
  }
}

function userCacheFolder(): string {
  const configured = process.env["XDG_CACHE_HOME"] ?? "";
  if (isAbsolute(configured)) return configured;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}

/** A folder, no link, that nobody else may write to. */
function isOwn(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
