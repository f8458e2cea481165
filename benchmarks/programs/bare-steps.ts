import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { BareStepsInput } from "../rows/steps.ts";

/* The floor of a durable step: `node:sqlite`, WAL, one transaction of four rows for each step, and nothing else. */

const { path, steps, durability } = JSON.parse(process.argv[2] ?? "") as BareStepsInput;
const database = new DatabaseSync(path);
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA cache_size = -65536;
CREATE TABLE job (id INTEGER PRIMARY KEY, run INTEGER, node INTEGER, status INTEGER, at INTEGER);
CREATE TABLE node (id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT);
CREATE TABLE value (hash TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE edge (node INTEGER, source INTEGER, path TEXT);`);
const node = database.prepare("INSERT INTO node (key, value) VALUES (?, ?)");
const value = database.prepare("INSERT OR IGNORE INTO value VALUES (?, ?)");
const edge = database.prepare("INSERT INTO edge VALUES (?, ?, ?)");
const job = database.prepare("INSERT INTO job (run, node, status, at) VALUES (1, ?, 2, ?)");

record(0, Math.ceil(steps / 10));
const start = performance.now();
record(steps, 2 * steps);
process.stdout.write(JSON.stringify((performance.now() - start) / 1000));
database.close();

function record(from: number, to: number): void {
  for (let step = from; step < to; step++) {
    database.exec("BEGIN IMMEDIATE");
    const key = hash("sha256", `step {"x":${step}}`, "base64url");
    const id = Number(node.run(key, String(step)).lastInsertRowid);
    value.run(key, String(step));
    edge.run(id, step, ".x");
    job.run(id, step);
    database.exec("COMMIT");
  }
}
