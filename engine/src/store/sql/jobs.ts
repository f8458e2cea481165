import type { FailureKind, JobError, Usage } from "@ligase/sdk/internal";
import type { AttemptRecord, JobRecord, Reason } from "../../model/records.ts";
import type { AttemptStatus, JobStatus } from "../../model/states.ts";
import type { JobRow, JobStore } from "../../ports/store.ts";
import type { Prepare, Row, SqlValue } from "./database.ts";
import type { RunNumber } from "./run-number.ts";
import { upsert } from "./upsert.ts";

/** A job with its task by name. */
const JOB = "SELECT j.*, t.name AS task_name FROM job j JOIN task t ON t.id = j.task";

const PUT = upsert(
  "job",
  ["run", "number"],
  [
    "parent",
    "task",
    "key",
    "status",
    "reason",
    "executor",
    "queued_at",
    "started_at",
    "ended_at",
    "error",
    "call_node",
  ],
);
const PUT_ATTEMPT = upsert(
  "attempt",
  ["run", "job", "number"],
  ["status", "executor", "remote_id", "started_at", "ended_at", "folder", "failure_kind", "usage"],
);
const PUT_DECK = upsert("deck", ["run", "job", "name"], ["media_type", "uri"]);

export function jobStore(prepare: Prepare, runNumber: RunNumber): JobStore {
  return { ...writes(prepare, runNumber), ...reads(prepare, runNumber) };
}

type Writes = "put" | "putAttempt" | "putDeck" | "abandon";

function writes(prepare: Prepare, runNumber: RunNumber): Pick<JobStore, Writes> {
  const put = prepare(PUT);
  return {
    put(job) {
      const run = runNumber(job.runId);
      put.queue(`${run} ${job.number}`, run, ...jobColumns(job));
    },
    putAttempt(attempt) {
      const run = runNumber(attempt.runId);
      prepare(PUT_ATTEMPT).queue(`${run} ${attempt.job} ${attempt.number}`, run, ...attemptColumns(attempt));
    },
    putDeck(deck) {
      const run = runNumber(deck.runId);
      const row = `${run} ${deck.job} ${deck.name}`;
      prepare(PUT_DECK).queue(row, run, deck.job, deck.name, deck.mediaType, deck.uri);
    },
    abandon(runId, at) {
      prepare(
        "UPDATE job SET status = 'cancelled', ended_at = ? WHERE run = ? AND status IN ('queued', 'running', 'waiting')",
      ).run(at, runNumber(runId));
      prepare(
        "UPDATE attempt SET status = 'lost', ended_at = ? WHERE run = ? AND status IN ('submitted', 'running')",
      ).run(at, runNumber(runId));
    },
  };
}

function reads(prepare: Prepare, runNumber: RunNumber): Omit<JobStore, Writes> {
  return {
    list(runId, { status, task, after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) {
      const where = ["j.run = ?", "j.number > ?"];
      const values: SqlValue[] = [runNumber(runId), after];
      for (const [column, value] of [
        ["j.status", status],
        ["t.name", task],
      ] as const) {
        if (value === undefined) continue;
        where.push(`${column} = ?`);
        values.push(value);
      }
      return prepare(`${JOB} WHERE ${where.join(" AND ")} ORDER BY j.number LIMIT ?`)
        .all(...values, limit)
        .map((row) => toJob(runId, row));
    },
    counts: (runId) =>
      prepare(
        `SELECT t.name, j.status, count(*) AS count FROM job j JOIN task t ON t.id = j.task
         WHERE j.run = ? GROUP BY t.name, j.status ORDER BY min(j.number)`,
      )
        .all(runNumber(runId))
        .map((row) => ({
          task: row["name"] as string,
          status: row["status"] as JobStatus,
          count: Number(row["count"]),
        })),
    get(runId, number) {
      const row = prepare(`${JOB} WHERE j.run = ? AND j.number = ?`).get(runNumber(runId), number);
      return row === undefined ? null : toJob(runId, row);
    },
    tasks: (runId) =>
      prepare("SELECT name, hash FROM task WHERE id IN (SELECT task FROM job WHERE run = ?) ORDER BY name")
        .all(runNumber(runId))
        .map((row) => ({ name: row["name"] as string, hash: row["hash"] as string })),
    attempts: (runId, number) =>
      prepare("SELECT * FROM attempt WHERE run = ? AND job = ? ORDER BY number")
        .all(runNumber(runId), number)
        .map((row) => toAttempt(runId, row)),
    decks: (runId) =>
      prepare("SELECT * FROM deck WHERE run = ? ORDER BY job, name")
        .all(runNumber(runId))
        .map((row) => ({
          runId,
          job: row["job"] as number,
          name: row["name"] as string,
          mediaType: row["media_type"] as string,
          uri: row["uri"] as string,
        })),
    lastNumber: (runId) =>
      Number(
        prepare("SELECT max(number) AS last FROM job WHERE run = ?").get(runNumber(runId))?.["last"] ?? 0,
      ),
  };
}

/** All columns but the run's, in the order of the statement. */
function jobColumns(job: JobRow): readonly SqlValue[] {
  return [
    job.number,
    job.parent,
    job.taskId,
    job.key,
    job.status,
    reasonText(job.reason),
    job.executor,
    job.queuedAt,
    job.startedAt,
    job.endedAt,
    job.error === null ? null : JSON.stringify(job.error),
    job.callNode,
  ];
}

/** All columns but the run's, in the order of the statement. */
function attemptColumns(attempt: AttemptRecord): readonly SqlValue[] {
  return [
    attempt.job,
    attempt.number,
    attempt.status,
    attempt.executor,
    attempt.remoteId,
    attempt.startedAt,
    attempt.endedAt,
    attempt.folder,
    attempt.failureKind,
    attempt.usage === null ? null : JSON.stringify(attempt.usage),
  ];
}

const reasonText = (reason: Reason): string =>
  reason.detail === undefined ? reason.kind : `${reason.kind} ${reason.detail}`;

function toReason(text: string): Reason {
  const space = text.indexOf(" ");
  if (space < 0) return { kind: text as Reason["kind"] };
  return { kind: text.slice(0, space) as Reason["kind"], detail: text.slice(space + 1) };
}

function toJob(runId: string, row: Row): JobRecord {
  return {
    runId,
    number: row["number"] as number,
    parent: row["parent"] as number | null,
    task: row["task_name"] as string,
    status: row["status"] as JobStatus,
    reason: toReason(row["reason"] as string),
    executor: row["executor"] as string | null,
    queuedAt: row["queued_at"] as number,
    startedAt: row["started_at"] as number | null,
    endedAt: row["ended_at"] as number | null,
    error: row["error"] === null ? null : (JSON.parse(row["error"] as string) as JobError),
    callNode: row["call_node"] as number | null,
  };
}

function toAttempt(runId: string, row: Row): AttemptRecord {
  return {
    runId,
    job: row["job"] as number,
    number: row["number"] as number,
    status: row["status"] as AttemptStatus,
    executor: row["executor"] as string,
    remoteId: row["remote_id"] as string | null,
    startedAt: row["started_at"] as number | null,
    endedAt: row["ended_at"] as number | null,
    folder: row["folder"] as string,
    failureKind: row["failure_kind"] as FailureKind | null,
    usage: row["usage"] === null ? null : (JSON.parse(row["usage"] as string) as Usage),
  };
}
