import type { FailureKind, JobError, Usage } from "@ligase/sdk/internal";
import type { AttemptRecord, JobRecord, Reason } from "../../model/records.ts";
import { runMoves, type AttemptStatus, type JobStatus, type RunStatus } from "../../model/states.ts";
import type { JobFilter } from "../../ports/inspect.ts";
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
    "started_after",
    "ended_after",
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
        `UPDATE job SET status = 'cancelled', ended_after = ? - queued_at
         WHERE run = ? AND status IN ('queued', 'running', 'waiting') AND ${IS_UNUSUAL}`,
      ).run(at, runNumber(runId));
      prepare(
        "UPDATE attempt SET status = 'lost', ended_at = ? WHERE run = ? AND status IN ('submitted', 'running')",
      ).run(at, runNumber(runId));
    },
  };
}

function reads(prepare: Prepare, runNumber: RunNumber): Omit<JobStore, Writes> {
  return {
    list: (runId, filter = {}) => list(prepare, runNumber(runId), filter).map((row) => toJob(runId, row)),
    counts: (runId) =>
      prepare(COUNTS)
        .all(runNumber(runId))
        .map((row) => ({
          task: row["name"] as string,
          status: row["status"] as JobStatus,
          count: Number(row["count"]),
        })),
    answered: (runId, after, limit) =>
      prepare(ANSWERED)
        .all(runNumber(runId), after, limit)
        .map((row) => ({
          number: row["number"] as number,
          status: row["status"] as JobStatus,
          callNode: row["call_node"] as number,
        })),
    waiting: (runId) =>
      prepare(WAITING)
        .all(runNumber(runId))
        .map((row) => ({
          number: row["number"] as number,
          parent: row["parent"] as number | null,
          task: row["name"] as string,
        })),
    get(runId, number) {
      const row = prepare(`${JOB} WHERE j.run = ? AND j.number = ?`).get(runNumber(runId), number);
      return row === undefined ? null : toJob(runId, row);
    },
    tasks: (runId) =>
      prepare(
        "SELECT name, hash FROM task t WHERE EXISTS (SELECT 1 FROM job j WHERE j.task = t.id AND j.run = ?) ORDER BY name",
      )
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

/** The condition of the index `job_by_status`, which only a query that repeats it can use. */
const IS_UNUSUAL = "status NOT IN ('succeeded', 'cached')";

/** Numbers are counted before they are named. */
const COUNTS = `SELECT t.name, c.status, sum(c.count) AS count
  FROM (SELECT task, status, count(*) AS count, min(number) AS first FROM job WHERE run = ? GROUP BY task, status) c
  JOIN task t ON t.id = c.task
  GROUP BY t.name, c.status ORDER BY min(c.first)`;

const WAITING = `SELECT j.number, j.parent, t.name FROM job j JOIN task t ON t.id = j.task
  WHERE j.run = ? AND j.status = 'waiting' AND j.${IS_UNUSUAL} ORDER BY j.number`;

const ANSWERED = `SELECT number, status, call_node FROM job
  WHERE run = ? AND number > ? AND call_node IS NOT NULL ORDER BY number LIMIT ?`;

function list(prepare: Prepare, run: number, filter: JobFilter): readonly Row[] {
  const { status, task, after = 0, limit = Number.MAX_SAFE_INTEGER } = filter;
  const isStatus = status === undefined ? "" : statusCondition(status);
  const jobs = (condition: string, ...values: readonly SqlValue[]): readonly Row[] =>
    prepare(`${JOB} WHERE ${condition}j.run = ? AND j.number > ?${isStatus} ORDER BY j.number LIMIT ?`).all(
      ...values,
      run,
      after,
      limit,
    );
  if (task === undefined) return jobs("");
  // A task has another number with other code. One after another they come in the order of the index.
  const ofTask = tasksNamed(prepare, run, task).map((id) => jobs("j.task = ? AND ", id));
  const [only = []] = ofTask;
  if (ofTask.length < 2) return only;
  return ofTask
    .flat()
    .toSorted((one, other) => (one["number"] as number) - (other["number"] as number))
    .slice(0, limit);
}

/** A literal, for an index is chosen before the values of parameters are known. */
function statusCondition(status: JobStatus): string {
  if (!STATUSES.has(status)) return " AND false";
  const isUnusual = status !== "succeeded" && status !== "cached";
  return ` AND j.status = '${status}'${isUnusual ? ` AND j.${IS_UNUSUAL}` : ""}`;
}

const STATUSES: ReadonlySet<string> = new Set<JobStatus>([
  ...(Object.keys(runMoves) as RunStatus[]),
  "cached",
]);

/** Numbers of the tasks of a name that a run has jobs of. */
const tasksNamed = (prepare: Prepare, run: number, name: string): readonly number[] =>
  prepare(
    "SELECT id FROM task t WHERE name = ? AND EXISTS (SELECT 1 FROM job j WHERE j.task = t.id AND j.run = ?)",
  )
    .all(name, run)
    .map((row) => row["id"] as number);

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
    since(job.startedAt, job.queuedAt),
    since(job.endedAt, job.queuedAt),
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

/** Of a job the row has times after it was queued. */
const since = (at: number | null, queuedAt: number): number | null => (at === null ? null : at - queuedAt);
const after = (ms: unknown, queuedAt: number): number | null =>
  ms === null ? null : (ms as number) + queuedAt;

function toJob(runId: string, row: Row): JobRecord {
  const queuedAt = row["queued_at"] as number;
  return {
    runId,
    number: row["number"] as number,
    parent: row["parent"] as number | null,
    task: row["task_name"] as string,
    status: row["status"] as JobStatus,
    reason: toReason(row["reason"] as string),
    executor: row["executor"] as string | null,
    queuedAt,
    startedAt: after(row["started_after"], queuedAt),
    endedAt: after(row["ended_after"], queuedAt),
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
