import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isRefusal, makeFoldersWritable, removeTree } from "../../files/removing.ts";

/** Folder of an attempt's logs and of what ran, inside the work folder. */
export const LOG_FOLDER = ".ligase";

/** What stays of an attempt that succeeded. The log folder is also where temporary files of scripts go. */
const KEPT: ReadonlySet<string> = new Set(["run.sh", "command", "stdout", "stderr", "exit", "decks"]);

/** Makes the work folder, empty but for its log folder. What an attempt cut short left there is removed. */
export function makeWorkFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") removeTree(folder);
    else if (code !== "ENOENT") throw error;
    mkdirSync(folder, { recursive: true });
  }
  mkdirSync(`${folder}/${LOG_FOLDER}`, { mode: 0o700 });
}

/** Writes what is to run; a command with an interpreter of its own becomes an executable file. */
export function writeScript(
  folder: string,
  script: { readonly run: string; readonly command: string | null },
): void {
  writeFileSync(join(folder, LOG_FOLDER, "run.sh"), script.run);
  if (script.command !== null)
    writeFileSync(join(folder, LOG_FOLDER, "command"), script.command, { mode: 0o755 });
}

export function writeExit(folder: string, status: number): void {
  writeFileSync(join(folder, LOG_FOLDER, "exit"), `${status}\n`);
}

/**
 * Removes the work files after success; only the log folder stays, without temporary files. Gives null when that is done
 * already, as it is where the script left nothing, or else a promise: a large tree must not hold up others.
 */
export function removeWorkFiles(folder: string): Promise<void> | null {
  const logs = join(folder, LOG_FOLDER);
  const paths = [
    ...othersIn(folder, (name) => name === LOG_FOLDER),
    ...othersIn(logs, (name) => KEPT.has(name)),
  ];
  return paths.length === 0 ? null : removeAll(paths);
}

const othersIn = (folder: string, isKept: (name: string) => boolean): readonly string[] =>
  readdirSync(folder)
    .filter((name) => !isKept(name))
    .map((name) => join(folder, name));

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await rm(path, { recursive: true, force: true });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Some tools leave folders that nobody may write to.
      makeFoldersWritable(path);
      await rm(path, { recursive: true, force: true });
    }
  }
}
