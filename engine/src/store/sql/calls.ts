import type { CallAnswer, CallNodeRecord } from "../../model/records.ts";
import type { CallStore, NewEdge } from "../../ports/store.ts";
import type { Prepare } from "./prepare.ts";
import type { RunNumber } from "./run-number.ts";

type Row = Record<string, unknown>;

/** A node with its task by name. */
const NODE =
  "SELECT c.*, t.name AS task_name, t.hash AS task_hash FROM call_node c JOIN task t ON t.id = c.task";

/** Backwards from a call to the next of a task: the cross join keeps SQLite from sorting all calls of the task. */
const BEFORE = `${NODE.replace("JOIN", "CROSS JOIN")} WHERE c.id < ? AND t.name = ? ORDER BY c.id DESC LIMIT 1`;

/** What a look-up needs: the hot path reads no arguments and joins nothing. */
const ANSWER = "SELECT key, id, first, value, task_set, file_set, volatile FROM call_node";

/** Numbers of tasks and sets are kept in `interned`. */
export function callStore(prepare: Prepare, runNumber: RunNumber, interned: Map<string, number>): CallStore {
  const latest = prepare(`${ANSWER} WHERE key_start IN (SELECT value FROM json_each(?)) ORDER BY id`);
  latest.setReturnArrays(true);
  const insert = prepare(
    `INSERT INTO call_node (key_start, key, task, args, first, value, task_set, file_set, volatile, run, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const edge = prepare(
    "INSERT INTO call_edge (call, path, kind, source, source_id, source_path) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const node = (row: unknown): CallNodeRecord | null => (row === undefined ? null : toNode(row as Row));
  return {
    latest(keys) {
      if (keys.length === 0) return NOTHING;
      const rows = latest.all(JSON.stringify(keys.map(keyStart))) as unknown as AnswerRow[];
      // In the order of their ids: of one key the newest stays. Keys that only begin alike are never asked for.
      return new Map(rows.map((row) => [row[0], toAnswer(row)]));
    },
    ofRun(key, runId) {
      const own = prepare(`${ANSWER} WHERE key_start = ? AND key = ? AND run = ? ORDER BY id DESC LIMIT 1`);
      own.setReturnArrays(true);
      const row = own.get(keyStart(key), key, runNumber(runId)) as unknown as AnswerRow | undefined;
      return row === undefined ? null : toAnswer(row);
    },
    get: (id) => node(prepare(`${NODE} WHERE c.id = ?`).get(id)),
    insert(call) {
      const done = insert.run(
        keyStart(call.key),
        call.key,
        call.taskId,
        call.args,
        call.first,
        call.value,
        call.taskSet,
        call.fileSet,
        call.volatile ? 1 : 0,
        runNumber(call.runId),
        call.createdAt,
      );
      return Number(done.lastInsertRowid);
    },
    finish(id, final) {
      prepare(
        "UPDATE call_node SET args = ?, value = ?, task_set = ?, file_set = ?, volatile = ? WHERE id = ?",
      ).run(final.args, final.value, final.taskSet, final.fileSet, final.volatile ? 1 : 0, id);
    },
    insertEdge(from) {
      edge.run(from.call, from.path, from.kind, from.source, from.sourceId, from.sourcePath);
    },
    edges: (call) =>
      prepare("SELECT * FROM call_edge WHERE call = ? ORDER BY rowid")
        .all(call)
        .map((row) => toEdge(row as Row)),
    latestOfTask: (task, before) => node(prepare(BEFORE).get(before ?? Number.MAX_SAFE_INTEGER, task)),
    ...internedRows(prepare, interned),
    putText(hash, text) {
      prepare("INSERT OR IGNORE INTO content (hash, text) VALUES (?, ?)").run(hash, text);
    },
    getText: (hash) =>
      (prepare("SELECT text FROM content WHERE hash = ?").get(hash)?.["text"] as string | undefined) ?? null,
  };
}

/** Tasks and sets: many calls name one of them by its number. */
function internedRows(
  prepare: Prepare,
  interned: Map<string, number>,
): Pick<CallStore, "taskId" | "task" | "setId" | "set"> {
  return {
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

/** The first 48 bits of a key, after the `1:` that names its codec. */
function keyStart(key: string): number {
  let bits = 0;
  for (let at = 2; at < 10; at++) bits = bits * 64 + (DIGITS[key.charCodeAt(at)] ?? 0);
  return bits;
}

/** Values of the digits of base64url by their character code. */
const DIGITS = Array.from({ length: 128 }, (_, code) =>
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(String.fromCharCode(code)),
);

/** A row of `ANSWER`; as an array, which costs half of an object. */
type AnswerRow = readonly [
  key: string,
  id: number,
  first: string | null,
  value: string | null,
  taskSet: number,
  fileSet: number | null,
  volatile: number,
];

const toAnswer = ([, id, first, value, taskSet, fileSet, volatile]: AnswerRow): CallAnswer => ({
  id,
  first,
  value,
  taskSet,
  fileSet,
  volatile: volatile === 1,
});

const NOTHING: ReadonlyMap<string, CallAnswer> = new Map();

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
