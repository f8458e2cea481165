import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { FloorInput, FloorWork } from "../measuring/floor.ts";

/*
 * The floor: what recording a task must cost at least. `node:sqlite`, WAL, NORMAL, per task one hash of its arguments, one
 * look-up, rows for job, call node, value and edge, 500 tasks per commit, and nothing else.
 */

const SCHEMA = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, run INTEGER, node INTEGER, status INTEGER, at INTEGER);
CREATE TABLE IF NOT EXISTS node (id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT);
CREATE TABLE IF NOT EXISTS value (hash TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edge (node INTEGER, source INTEGER, path TEXT);`;

const { path, work } = JSON.parse(process.argv[2] ?? "") as FloorInput;
const database = new DatabaseSync(path);
database.exec(SCHEMA);
process.stdout.write(JSON.stringify(work.map((one) => secondsOf(one))));
database.close();

function secondsOf(one: FloorWork): number {
  const start = performance.now();
  if (one.kind === "record") record(one);
  else lookUp(one);
  return (performance.now() - start) / 1000;
}

function record({ from, tasks }: FloorWork): void {
  const find = database.prepare("SELECT id, value FROM node WHERE key = ?");
  const node = database.prepare("INSERT INTO node (key, value) VALUES (?, ?)");
  const value = database.prepare("INSERT OR IGNORE INTO value VALUES (?, ?)");
  const edge = database.prepare("INSERT INTO edge VALUES (?, ?, ?)");
  const job = database.prepare("INSERT INTO job (run, node, status, at) VALUES (1, ?, 2, ?)");
  for (let group = from; group < from + tasks; group += 500) {
    database.exec("BEGIN");
    for (let index = group; index < Math.min(group + 500, from + tasks); index++) {
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

function lookUp({ from, tasks }: FloorWork): void {
  const find = database.prepare("SELECT id, value FROM node WHERE key = ?");
  for (let index = from; index < from + tasks; index++) find.get(keyOf(index));
}

function keyOf(index: number): string {
  return hash("sha256", `no-op {"x":${index}}`, "base64url");
}
