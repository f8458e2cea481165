// JavaScript, for the program asks here before its own code is compiled: to strip types would cost more than it gains.
import { lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Folder where Ligase keeps code that Node has stripped of types and compiled; it halves the start of processes. It is
 * the user's own and not in the common temp folder: whoever can write there decides what runs. Null when there is none.
 * @returns {string | null}
 */
export function compileCacheFolder() {
  const folder = join(userCacheFolder(), "ligase", "compiled");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOwn(folder) ? folder : null;
  } catch {
    // A home that is absent or cannot be written to: processes start slower, and that is all.
    return null;
  }
}

/** @returns {string} */
function userCacheFolder() {
  const configured = process.env["XDG_CACHE_HOME"] ?? "";
  if (isAbsolute(configured)) return configured;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}

/**
 * A folder, no link, that nobody else may write to.
 * @param {string} folder
 * @returns {boolean}
 */
function isOwn(folder) {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
