import type { CallNodeRecord } from "../../model/records.ts";
import type { CallStore, NewEdge } from "../../ports/store.ts";
import type { Prepare } from "../sqlite.ts";
import { runNumbers } from "./run-number.ts";

type Row = Record<string, unknown>;

/** A node with its task by name. */
const NODE = "SELECT c.*, t.name AS task_name, t.hash AS task_hash FROM call_node c JOIN task t ON t.id = c.task";

export function callStore(prepare: Prepare): CallStore {
  const runNumber = runNumbers(prepare);
  const latest = prepare(`${NODE} WHERE c.key = ? ORDER BY c.id DESC LIMIT 1`);
  const insert = prepare(
    `INSERT INTO call_node (key, task, args, first, value, task_set, file_set, volatile, run, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const edge = prepare("INSERT INTO call_edge (call, path, kind, source, source_id, source_path) VALUES (?, ?, ?, ?, ?, ?)");
  const interned = new Map<string, number>();
  const node = (row: unknown): CallNodeRecord | null => (row === undefined ? null : toNode(row as Row));
  return {
    latest: (key) => node(latest.get(key)),
    ofRun: (key, runId) => node(prepare(`${NODE} WHERE c.key = ? AND c.run = ? ORDER BY c.id DESC LIMIT 1`).get(key, runNumber(runId))),
    get: (id) => node(prepare(`${NODE} WHERE c.id = ?`).get(id)),
    insert(call) {
      const done = insert.run(
        call.key, call.taskId, call.args, call.first, call.value, call.taskSet, call.fileSet, call.volatile ? 1 : 0, runNumber(call.runId), call.createdAt,
      );
      return Number(done.lastInsertRowid);
    },
    finish(id, final) {
      prepare("UPDATE call_node SET args = ?, value = ?, task_set = ?, file_set = ?, volatile = ? WHERE id = ?").run(
        final.args, final.value, final.taskSet, final.fileSet, final.volatile ? 1 : 0, id,
      );
    },
    insertEdge(from) {
      edge.run(from.call, from.path, from.kind, from.source, from.sourceId, from.sourcePath);
    },
    edges: (call) => prepare("SELECT * FROM call_edge WHERE call = ? ORDER BY rowid").all(call).map((row) => toEdge(row as Row)),
    latestOfTask: (task, before) =>
      node(prepare(`${NODE} WHERE t.name = ? AND c.id < ? ORDER BY c.id DESC LIMIT 1`).get(task, before ?? Number.MAX_SAFE_INTEGER)),
    taskId: (name, hash) =>
      intern(interned, `t${name} ${hash}`, () => {
        prepare("INSERT OR IGNORE INTO task (name, hash) VALUES (?, ?)").run(name, hash);
        return prepare("SELECT id FROM task WHERE name = ? AND hash = ?").get(name, hash);
      }),
    task(id) {
      const row = prepare("SELECT name, hash FROM task WHERE id = ?").get(id);
      return { name: row?.["name"] as string, hash: row?.["hash"] as string };
    },
    setId: (kind, text) =>
      intern(interned, `${kind} ${text}`, () => {
        prepare("INSERT OR IGNORE INTO interned_set (kind, text) VALUES (?, ?)").run(kind, text);
        return prepare("SELECT id FROM interned_set WHERE kind = ? AND text = ?").get(kind, text);
      }),
    set: (id) => prepare("SELECT text FROM interned_set WHERE id = ?").get(id)?.["text"] as string,
    putText(hash, text) {
      prepare("INSERT OR IGNORE INTO content (hash, text) VALUES (?, ?)").run(hash, text);
    },
    getText: (hash) => (prepare("SELECT text FROM content WHERE hash = ?").get(hash)?.["text"] as string | undefined) ?? null,
  };
}

function intern(known: Map<string, number>, key: string, find: () => Row | undefined): number {
  let id = known.get(key);
  if (id === undefined) {
    id = Number(find()?.["id"]);
    if (known.size > 100_000) known.clear();
    known.set(key, id);
  }
  return id;
}

function toNode(row: Row): CallNodeRecord {
  return {
    id: row["id"] as number,
    key: row["key"] as string,
    task: row["task_name"] as string,
    taskHash: row["task_hash"] as string,
    args: row["args"] as string,
    first: row["first"] as string | null,
    value: row["value"] as string | null,
    taskSet: row["task_set"] as number,
    fileSet: row["file_set"] as number | null,
    volatile: row["volatile"] === 1,
    createdAt: row["created_at"] as number,
  };
}

function toEdge(row: Row): NewEdge {
  return {
    call: row["call"] as number,
    path: row["path"] as string,
    kind: row["kind"] as NewEdge["kind"],
    source: row["source"] as number | null,
    sourceId: row["source_id"] as string | null,
    sourcePath: row["source_path"] as string,
  };
}
