import { LigaseError, decode } from "@ligase/sdk/values";
import type { JobError } from "@ligase/sdk/internal";
import type { RunRecord } from "../../model/records.ts";
import { runMoves, type RunStatus } from "../../model/states.ts";
import type { RunStore, StoredRun } from "../../ports/store.ts";
import type { Prepare, Row, SqlDatabase, SqlValue } from "./database.ts";

/** All of a run but its value, which may be large. */
const RECORD = `r.id, r.name, r.status, r.file, r.args, r.bundle, r."user", r.tags, r.created_at, r.ended_at,
  r.heartbeat_at, r.error, r.parent`;

const MOVE = `UPDATE run SET status = ?, ended_at = ?, value = ?, error = ?, indexed = 0,
    wake_at = NULL, cancel_asked = CASE WHEN ? = 1 THEN 0 ELSE cancel_asked END
  WHERE id = ? AND status = ?`;

export function runStore(database: SqlDatabase): RunStore {
  const { prepare, prepareGuard } = database;
  const row = (id: string): Row | undefined => prepareGuard("SELECT * FROM run WHERE id = ?").get(id);
  const move = mover(database);
  return {
    insert(run) {
      const number = prepare(
        `INSERT INTO run (number, id, name, status, file, args, options, bundle, "user", tags, parent, created_at)
         VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).insert(...runColumns(run));
      const tag = prepare("INSERT INTO run_tag (name, value, created_at, run) VALUES (?, ?, ?, ?)");
      for (const [name, value] of Object.entries(run.tags))
        tag.queue(null, name, value, run.createdAt, number);
    },
    launches: ({ key, request }, id) =>
      prepare("INSERT INTO launch_key (key, request, run) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(
        key,
        request,
        id,
      ).changes === 1,
    launchedWith(key) {
      const found = prepare("SELECT request, run FROM launch_key WHERE key = ?").get(key);
      return found === undefined
        ? null
        : { request: found["request"] as string, run: found["run"] as string };
    },
    move,
    ...leases(database),
    ...parking(database, move),
    askToCancel(id) {
      prepare("UPDATE run SET cancel_asked = 1 WHERE id = ?").queue(id, id);
    },
    isAskedToCancel: (id) =>
      prepare("SELECT cancel_asked FROM run WHERE id = ?").get(id)?.["cancel_asked"] === 1,
    get(id) {
      const found = row(id);
      return found === undefined ? null : toStored(found);
    },
    find(beginning) {
      const rows = prepare("SELECT id FROM run WHERE id >= ? AND id < ? ORDER BY id LIMIT 2").all(
        beginning,
        `${beginning}~`,
      );
      return rows.map((found) => found["id"] as string);
    },
    list: (filter) => listRuns(prepare, filter),
  };
}

/** Moves a run to another status, which the table of moves must have. */
const mover =
  ({ prepare, prepareGuard }: SqlDatabase): RunStore["move"] =>
  (id, to, at, end) => {
    const status = "SELECT status FROM run WHERE id = ?";
    const ended = to === "succeeded" || to === "failed" || to === "cancelled";
    const error = end?.error == null ? null : JSON.stringify(end.error);
    const columns = [to, ended ? at : null, end?.value ?? null, error, ended ? 1 : 0] as const;
    // Outside a transaction somebody else may move it between the look and the move: then it is looked at again.
    for (let isMoved = false; !isMoved;) {
      const from = prepareGuard(status).get(id)?.["status"] as RunStatus;
      if (from === to) return;
      if (!runMoves[from].includes(to))
        throw new LigaseError("illegal-move", { entity: "run", id, from, to });
      isMoved = prepare(MOVE).run(...columns, id, from).changes === 1;
    }
  };

/** Who advances which run (R11). */
function leases({
  prepare,
  prepareGuard,
  now,
}: SqlDatabase): Pick<RunStore, "lease" | "release" | "holder" | "unled" | "led"> {
  return {
    lease(id, owner, lastsMs) {
      const taken = prepare(
        `UPDATE run SET lease_owner = ?, lease_until = ${now} + ?, heartbeat_at = ${now}
         WHERE id = ? AND (lease_owner IS NULL OR lease_owner = ? OR lease_until < ${now})`,
      ).run(owner, lastsMs, id, owner);
      return taken.changes === 1;
    },
    unled(limit) {
      const rows = prepare(
        `SELECT id FROM (
           SELECT id, number FROM run WHERE status IN ('queued', 'running', 'cancelling') AND lease_owner IS NULL
           UNION ALL
           SELECT id, number FROM run WHERE lease_owner IS NOT NULL AND lease_until < ${now}
             AND status NOT IN ('succeeded', 'failed', 'cancelled')
         ) AS left_behind ORDER BY number LIMIT ?`,
      ).all(limit);
      return rows.map((found) => found["id"] as string);
    },
    led(limit) {
      const rows = prepare(
        `SELECT id, lease_owner FROM run WHERE lease_owner IS NOT NULL AND lease_until >= ${now}
           AND status NOT IN ('succeeded', 'failed', 'cancelled') ORDER BY number LIMIT ?`,
      ).all(limit);
      return rows.map((found) => ({ id: found["id"] as string, owner: found["lease_owner"] as string }));
    },
    holder: (id) =>
      (prepareGuard("SELECT lease_owner FROM run WHERE id = ?").get(id)?.["lease_owner"] ?? null) as
        string | null,
    release(id, owner) {
      prepare("UPDATE run SET lease_owner = NULL, lease_until = 0 WHERE id = ? AND lease_owner = ?").queue(
        id,
        id,
        owner,
      );
    },
  };
}

/** Runs that only wait, and when they go on (R10). */
function parking(
  { prepare, prepareGuard }: SqlDatabase,
  move: RunStore["move"],
): Pick<RunStore, "park" | "wake" | "due"> {
  return {
    park(id, at, wakeAt) {
      move(id, "waiting", at);
      prepare("UPDATE run SET wake_at = ? WHERE id = ?").queue(id, wakeAt, id);
    },
    wake(id) {
      // Whoever has it in memory, or is about to park it, looks at its gates under the same lock.
      prepareGuard("SELECT id FROM run WHERE id = ?").get(id);
      prepare("UPDATE run SET wake_at = 0 WHERE id = ? AND status = 'waiting' AND lease_owner IS NULL").queue(
        id,
        id,
      );
    },
    due: (file, now, limit) =>
      prepare("SELECT id FROM run WHERE file = ? AND wake_at <= ? ORDER BY wake_at, number LIMIT ?")
        .all(file, now, limit)
        .map((found) => found["id"] as string),
  };
}

/** The columns of a new run, in the order of the statement. */
function runColumns(run: Parameters<RunStore["insert"]>[0]): readonly SqlValue[] {
  return [
    run.id,
    run.name,
    run.file,
    run.args,
    run.options,
    run.bundle,
    run.user,
    JSON.stringify(run.tags),
    run.parent,
    run.createdAt,
  ];
}

/** Newest first, and of one time in the order of their numbers: so all indexes of runs are made. */
function listRuns(prepare: Prepare, filter: Parameters<RunStore["list"]>[0]): readonly RunRecord[] {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...given: readonly (SqlValue | undefined)[]): void => {
    if (given.includes(undefined)) return;
    where.push(condition);
    values.push(...(given as SqlValue[]));
  };
  const [first, ...others] = Object.entries(filter.tags ?? {});
  const time = first === undefined ? "r.created_at, r.number" : "t.created_at, t.run";
  if (first !== undefined) add("t.name = ? AND t.value = ?", ...first);
  for (const [name, value] of others) add(HAS_TAG, name, value);
  add("r.status = ?", filter.status);
  add("r.name = ?", filter.name);
  add('r."user" = ?', filter.user);
  const created = first === undefined ? "r.created_at" : "t.created_at";
  add(`${created} >= ?`, filter.since);
  add(`${created} < ?`, filter.until);
  add(`(${time}) < (SELECT created_at, number FROM run WHERE id = ?)`, filter.before);
  const from = first === undefined ? "run r" : "run_tag t JOIN run r ON r.number = t.run";
  const all = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
  const order = time.replaceAll(/(,|$)/g, " DESC$1");
  return prepare(`SELECT ${RECORD} FROM ${from} ${all} ORDER BY ${order} LIMIT ?`)
    .all(...values, filter.limit)
    .map(toRecord);
}

const HAS_TAG = `EXISTS (SELECT 1 FROM run_tag o
  WHERE o.name = ? AND o.value = ? AND o.created_at = r.created_at AND o.run = r.number)`;

function toRecord(row: Row): RunRecord {
  return {
    id: row["id"] as string,
    name: row["name"] as string,
    status: row["status"] as RunStatus,
    file: row["file"] as string,
    args: decode(row["args"] as string),
    bundle: row["bundle"] as string,
    user: row["user"] as string,
    tags: JSON.parse(row["tags"] as string) as Record<string, string>,
    createdAt: row["created_at"] as number,
    endedAt: row["ended_at"] as number | null,
    heartbeatAt: row["heartbeat_at"] as number | null,
    error: row["error"] === null ? null : (JSON.parse(row["error"] as string) as JobError),
    parent: row["parent"] as string | null,
  };
}

function toStored(row: Row): StoredRun {
  return {
    ...toRecord(row),
    argsText: row["args"] as string,
    valueText: row["value"] as string | null,
    options: row["options"] as string,
  };
}
