import { LigaseError, decode } from "@ligase/sdk/values";
import type { JobError } from "@ligase/sdk/internal";
import type { RunRecord } from "../../model/records.ts";
import { runMoves, type RunStatus } from "../../model/states.ts";
import type { RunStore, StoredRun } from "../../ports/store.ts";
import type { Prepare, Row, SqlDatabase, SqlValue } from "./database.ts";

/** All of a run but its value, which may be large. */
const RECORD =
  'id, name, status, file, args, bundle, "user", tags, created_at, ended_at, heartbeat_at, error, parent';

const MOVE = `UPDATE run SET status = ?, ended_at = ?, value = ?, error = ?, indexed = 0,
    cancel_asked = CASE WHEN ? = 1 THEN 0 ELSE cancel_asked END
  WHERE id = ? AND status = ?`;

export function runStore(database: SqlDatabase): RunStore {
  const { prepare, prepareGuard } = database;
  const row = (id: string): Row | undefined => prepareGuard("SELECT * FROM run WHERE id = ?").get(id);
  return {
    insert(run) {
      prepare(
        `INSERT INTO run (number, id, name, status, file, args, options, bundle, "user", tags, parent, created_at)
         VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).insert(...runColumns(run));
    },
    move(id, to, at, end) {
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
    },
    ...leases(database),
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

/** Who advances which run (R11). */
function leases({
  prepare,
  prepareGuard,
  now,
}: SqlDatabase): Pick<RunStore, "lease" | "release" | "holder" | "unled"> {
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
        `SELECT id FROM run WHERE (status IN ('queued', 'running', 'cancelling') AND lease_owner IS NULL)
         OR (status IN ('queued', 'running', 'waiting', 'cancelling') AND lease_until < ${now} AND lease_owner IS NOT NULL)
         ORDER BY number LIMIT ?`,
      ).all(limit);
      return rows.map((found) => found["id"] as string);
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

function listRuns(
  prepare: Prepare,
  { status, name, limit }: Parameters<RunStore["list"]>[0],
): readonly RunRecord[] {
  const where = [
    ...(status === undefined ? [] : ["status = ?"]),
    ...(name === undefined ? [] : ["name = ?"]),
  ];
  const sql = `SELECT ${RECORD} FROM run ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`} ORDER BY number DESC LIMIT ?`;
  const values = [status, name].filter((value) => value !== undefined);
  return prepare(sql)
    .all(...values, limit)
    .map(toRecord);
}

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
