import { hashText } from "@ligase/sdk/values";
import type { CallAnswer, CallNodeRecord } from "../../model/records.ts";
import type { CallStore } from "../../ports/store.ts";
import type { Prepare, Row, SqlDatabase } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

/** A node with its task and its run by name. Of one node one run is looked up, whatever a planner thinks of joins. */
export const NODE = `SELECT c.*, t.name AS task_name, t.hash AS task_hash,
    (SELECT r.id FROM run r WHERE r.number = c.run) AS run_id
  FROM call_node c JOIN task t ON t.id = c.task`;

/** The last call of each code of a task before a job. */
const BEFORE = `SELECT (
    SELECT j.call_node FROM job j
    WHERE j.task = t.id AND (j.run, j.number) < (?, ?) AND j.call_node IS NOT NULL
    ORDER BY j.run DESC, j.number DESC LIMIT 1) AS call
  FROM task t WHERE t.name = ?`;

/** What a look-up needs: the hot path reads no arguments and joins nothing. */
const ANSWER = "SELECT key, id, first, value, task_set, file_set, volatile FROM call_node";

/** Numbers of tasks and sets are kept in `interned`. */
export function callStore(
  database: SqlDatabase,
  runNumber: RunNumber,
  interned: Map<string, number>,
): CallStore {
  const { prepare } = database;
  // Numbers of two processes may be given in blocks: what is newer is told by the time.
  const latest = prepare(
    `${ANSWER} WHERE ${database.isAmong("key_start", "integer")} ORDER BY created_at, id`,
  );
  const own = prepare(
    `${ANSWER} WHERE key_start = ? AND key = ? AND run = ? ORDER BY created_at DESC, id DESC LIMIT 1`,
  );
  const insert = prepare(
    `INSERT INTO call_node (id, key_start, key, task, args, first, value, task_set, file_set, volatile, run, job, edges, value_edges, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const finish = prepare(
    "UPDATE call_node SET args = ?, value = ?, task_set = ?, file_set = ?, volatile = ?, edges = ?, value_edges = ? WHERE id = ?",
  );
  return {
    latest(keys) {
      if (keys.length === 0) return NOTHING;
      const rows = latest.lists(database.list(keys.map(keyStart))) as unknown as AnswerRow[];
      // In the order of their ids: of one key the newest stays. Keys that only begin alike are never asked for.
      return new Map(rows.map((row) => [row[0], toAnswer(row)]));
    },
    ofRun(key, runId) {
      const [row] = own.lists(keyStart(key), key, runNumber(runId)) as unknown as AnswerRow[];
      return row === undefined ? null : toAnswer(row);
    },
    ...nodes(prepare, runNumber),
    insert(call) {
      return insert.insert(
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
        call.job,
        call.edges,
        call.valueEdges,
        call.createdAt,
      );
    },
    finish(id, final) {
      const { args, value, taskSet, fileSet, volatile, edges, valueEdges } = final;
      finish.queue(id, args, value, taskSet, fileSet, volatile ? 1 : 0, edges, valueEdges, id);
    },
    ...internedRows(database, interned),
    ...texts(database),
  };
}

/** Calls as they are recorded, for questions. */
function nodes(prepare: Prepare, runNumber: RunNumber): Pick<CallStore, "get" | "before"> {
  const get = (id: number): CallNodeRecord | null => {
    const row = prepare(`${NODE} WHERE c.id = ?`).get(id);
    return row === undefined ? null : toNode(row);
  };
  return {
    get,
    before({ task, runId, number }) {
      const calls = prepare(BEFORE)
        .all(runNumber(runId), number, task)
        .map((row) => Number(row["call"]));
      return get(Math.max(0, ...calls));
    },
  };
}

/** Templates and large values, by their hash. */
function texts({ prepare }: SqlDatabase): Pick<CallStore, "putText" | "getText"> {
  return {
    putText(hash, text) {
      prepare("INSERT INTO content (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING").queue(
        hash,
        hash,
        text,
      );
    },
    getText: (hash) =>
      (prepare("SELECT text FROM content WHERE hash = ?").get(hash)?.["text"] as string | undefined) ?? null,
  };
}

/** Tasks and sets: many calls name one of them by its number. */
function internedRows(
  { prepare, prepareNumbering }: SqlDatabase,
  interned: Map<string, number>,
): Pick<CallStore, "taskId" | "task" | "setId" | "set"> {
  return {
    taskId: (name, hash) =>
      intern(interned, `t${name} ${hash}`, () => {
        prepareNumbering("INSERT INTO task (name, hash) VALUES (?, ?) ON CONFLICT DO NOTHING").run(
          name,
          hash,
        );
        return prepareNumbering("SELECT id FROM task WHERE name = ? AND hash = ?").get(name, hash);
      }),
    task(id) {
      const row = prepare("SELECT name, hash FROM task WHERE id = ?").get(id);
      return { name: row?.["name"] as string, hash: row?.["hash"] as string };
    },
    setId: (kind, text) =>
      intern(interned, `${kind} ${text}`, () => {
        const hash = hashText(text);
        prepareNumbering(
          "INSERT INTO interned_set (kind, hash, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        ).run(kind, hash, text);
        return prepareNumbering("SELECT id FROM interned_set WHERE kind = ? AND hash = ?").get(kind, hash);
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

export function toNode(row: Row): CallNodeRecord {
  return {
    id: row["id"] as number,
    key: row["key"] as string,
    task: row["task_name"] as string,
    taskHash: row["task_hash"] as string,
    args: row["args"] as string,
    runId: row["run_id"] as string,
    job: row["job"] as number,
    edges: row["edges"] as string | null,
    valueEdges: row["value_edges"] as string | null,
    first: row["first"] as string | null,
    value: row["value"] as string | null,
    taskSet: row["task_set"] as number,
    fileSet: row["file_set"] as number | null,
    volatile: row["volatile"] === 1,
    createdAt: row["created_at"] as number,
  };
}
