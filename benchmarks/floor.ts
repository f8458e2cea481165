import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/*
 * The floor of anchors: what recording a task must cost at least. `node:sqlite`, WAL, NORMAL, per task one hash of its
 * arguments, one look-up, rows for job, call node, value and edge, 500 tasks per commit, and nothing else.
 */

export interface Floor {
  readonly coldPerSecond: number;
  readonly cachedPerSecond: number;
}

export function measureFloor(tasks: number): Floor {
  const folder = mkdtempSync(join(tmpdir(), "ligase-floor-"));
  const database = new DatabaseSync(join(folder, "floor.db"));
  try {
    database.exec(SCHEMA);
    return {
      coldPerSecond: tasks / seconds(() => record(database, tasks)),
      cachedPerSecond: tasks / seconds(() => lookUp(database, tasks)),
    };
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

const SCHEMA = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
CREATE TABLE job (id INTEGER PRIMARY KEY, run INTEGER, node INTEGER, status INTEGER, at INTEGER);
CREATE TABLE node (id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT);
CREATE TABLE value (hash TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE edge (node INTEGER, source INTEGER, path TEXT);`;

const keyOf = (index: number): string => hash("sha256", `no-op {"x":${index}}`, "base64url");

function record(database: DatabaseSync, tasks: number): void {
  const find = database.prepare("SELECT id, value FROM node WHERE key = ?");
  const node = database.prepare("INSERT INTO node (key, value) VALUES (?, ?)");
  const value = database.prepare("INSERT OR IGNORE INTO value VALUES (?, ?)");
  const edge = database.prepare("INSERT INTO edge VALUES (?, ?, ?)");
  const job = database.prepare("INSERT INTO job (run, node, status, at) VALUES (1, ?, 2, ?)");
  for (let from = 0; from < tasks; from += 500) {
    database.exec("BEGIN");
    for (let index = from; index < Math.min(from + 500, tasks); index++) {
      const key = keyOf(index);
      if (find.get(key) !== undefined) continue;
      const id = Number(node.run(key, String(index)).lastInsertRowid);
      value.run(key, String(index));
      edge.run(id, index, ".x");
      job.run(id, index);
    }
    database.exec("COMMIT");
  }
}

function lookUp(database: DatabaseSync, tasks: number): void {
  const find = database.prepare("SELECT id, value FROM node WHERE key = ?");
  for (let index = 0; index < tasks; index++) find.get(keyOf(index));
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
