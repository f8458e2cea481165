import type { SQLInputValue } from "node:sqlite";
import { LigaseError, decode } from "@ligase/sdk/values";
import type { JobError } from "@ligase/sdk/internal";
import type { RunRecord } from "../../model/records.ts";
import { runMoves, type RunStatus } from "../../model/states.ts";
import type { RunStore, StoredRun } from "../../ports/store.ts";
import type { Prepare } from "./prepare.ts";

type Row = Record<string, unknown>;

/** All of a run but its value, which may be large. */
const RECORD =
  "id, name, status, file, args, bundle, user, tags, created_at, ended_at, heartbeat_at, error, parent";

export function runStore(prepare: Prepare, now: () => number): RunStore {
  const row = (id: string): Row | undefined => prepare("SELECT * FROM run WHERE id = ?").get(id);
  return {
    insert(run) {
      prepare(
        `INSERT INTO run (id, name, status, file, args, options, bundle, user, tags, parent, created_at)
         VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(...runColumns(run));
    },
    move(id, to, at, end) {
      const from = row(id)?.["status"] as RunStatus;
      if (from === to) return;
      if (!runMoves[from].includes(to))
        throw new LigaseError("illegal-move", { entity: "run", id, from, to });
      const ended = to === "succeeded" || to === "failed" || to === "cancelled";
      prepare(
        "UPDATE run SET status = ?, ended_at = ?, value = ?, error = ?, cancel_asked = CASE WHEN ? THEN 0 ELSE cancel_asked END WHERE id = ?",
      ).run(
        to,
        ended ? at : null,
        end?.value ?? null,
        end?.error == null ? null : JSON.stringify(end.error),
        ended ? 1 : 0,
        id,
      );
    },
    lease(id, owner, lastsMs) {
      const at = now();
      const taken = prepare(
        "UPDATE run SET lease_owner = ?, lease_until = ?, heartbeat_at = ? WHERE id = ? AND (lease_owner IS NULL OR lease_owner = ? OR lease_until < ?)",
      ).run(owner, at + lastsMs, at, id, owner, at);
      return taken.changes === 1;
    },
    unled(limit) {
      const rows = prepare(
        `SELECT id FROM run WHERE (status IN ('queued', 'running', 'cancelling') AND lease_owner IS NULL)
         OR (status IN ('queued', 'running', 'waiting', 'cancelling') AND lease_until < ? AND lease_owner IS NOT NULL)
         ORDER BY number LIMIT ?`,
      ).all(now(), limit);
      return rows.map((found) => found["id"] as string);
    },
    holder: (id) =>
      (prepare("SELECT lease_owner FROM run WHERE id = ?").get(id)?.["lease_owner"] ?? null) as string | null,
    release(id, owner) {
      prepare("UPDATE run SET lease_owner = NULL, lease_until = 0 WHERE id = ? AND lease_owner = ?").run(
        id,
        owner,
      );
    },
    askToCancel(id) {
      prepare("UPDATE run SET cancel_asked = 1 WHERE id = ?").run(id);
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

/** The columns of a new run, in the order of the statement. */
function runColumns(run: Parameters<RunStore["insert"]>[0]): readonly SQLInputValue[] {
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
    ...(status === undefined ? [] : ["status = :status"]),
    ...(name === undefined ? [] : ["name = :name"]),
  ];
  const sql = `SELECT ${RECORD} FROM run ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`} ORDER BY number DESC LIMIT :limit`;
  const rows = prepare(sql).all({
    limit,
    ...(status === undefined ? {} : { status }),
    ...(name === undefined ? {} : { name }),
  });
  return rows.map((found) => toRecord(found as Row));
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
