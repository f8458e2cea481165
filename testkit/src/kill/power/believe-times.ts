import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

/** By so much the content was read later than the file was changed: no file system's clock is as coarse. */
const LATER_NS = 10_000_000_000n;

/**
 * After a power cut a file has the times that it had, whether or not its bytes are those that were written. The files
 * that a cut writes anew are given what the store remembers of them: wherever a remembered file is there with its size,
 * it is believed to be what it was (C14).
 */
export function believeTimes(root: string): void {
  const path = join(root, "store.db");
  if (!existsSync(path)) return;
  using database = open(path);
  if (database === null) return;
  const rows = database.prepare("SELECT uri, size FROM file_identity").all();
  const update = database.prepare(
    "UPDATE file_identity SET device = ?, inode = ?, mtime_ns = ?, ctime_ns = ?, hashed_at_ns = ? WHERE uri = ?",
  );
  for (const { uri, size } of rows) {
    const stats = statSync(fileURLToPath(String(uri)), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || stats.size !== BigInt(String(size))) continue;
    const { dev, ino, mtimeNs, ctimeNs } = stats;
    update.run(...[dev, ino, mtimeNs, ctimeNs, ctimeNs + LATER_NS].map(String), String(uri));
  }
}

/** Null where the store has no such table yet, or cannot be read: that is for the checks to say. */
function open(path: string): (DatabaseSync & Disposable) | null {
  const database = new DatabaseSync(path);
  try {
    database.prepare("SELECT 1 FROM file_identity LIMIT 1").all();
    return database;
  } catch {
    database.close();
    return null;
  }
}
