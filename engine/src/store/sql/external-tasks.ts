import type { ExternalPolicy } from "@ligase/sdk/internal";
import type { ExternalTaskState, LeaseEnding } from "../../model/external-task.ts";
import type { ExternalTaskStore, StoredExternalTask, StoredLease } from "../../ports/external-task-store.ts";
import type { Prepare, Row, SqlDatabase } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

/** Tasks, each with its gate. */
const TASK = `SELECT e.*, r.id AS run_id, g.path, g.name, g.opened_at, g.deadline_at
  FROM external_task e JOIN gate g ON g.id = e.gate JOIN run r ON r.number = e.run`;

const INSERT = `INSERT INTO external_task (gate, run, topic, priority, topic_limit, max_lost, retries, state, leases, lost,
    failures, log_lines)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const MILLION = 1_000_000;

export function externalTaskStore(database: SqlDatabase, runNumber: RunNumber): ExternalTaskStore {
  const { prepare, prepareGuard, now } = database;
  const get = (id: string): StoredExternalTask | null => {
    const row = prepare(`${TASK} WHERE e.gate = ?`).get(id);
    return row === undefined ? null : toTask(row);
  };
  return {
    insert({ id, runId, topic, priority, limit, maxLostLeases, retries }) {
      const policy = [topic, priority, limit, maxLostLeases, JSON.stringify(retries)];
      prepare("INSERT INTO external_topic (name) VALUES (?) ON CONFLICT (name) DO NOTHING").queue(
        topic,
        topic,
      );
      prepare(INSERT).queue(id, id, runNumber(runId), ...policy, "ready", 0, 0, 0, 0);
    },
    get,
    hold(id) {
      prepareGuard("SELECT gate FROM external_task WHERE gate = ?").get(id);
      return get(id);
    },
    find: (beginning) =>
      prepare("SELECT gate FROM external_task WHERE gate >= ? AND gate < ? ORDER BY gate LIMIT 2")
        .all(beginning, `${beginning}~`)
        .map(idOf),
    list: (filter) => tasksOf(database, idsIn(prepare, filter)),
    ...line(database),
    ...leases(database),
    giveBack(id, { state, restMs, lostLeases, failures, message }) {
      const rests = restMs > 0;
      prepare(
        `UPDATE external_task SET state = ?, due_at = ${rests ? `${now} + ?` : "?"}, lost = ?, failures = ?,
           message = ? WHERE gate = ?`,
      ).run(rests ? "resting" : state, rests ? restMs : null, lostLeases, failures, message, id);
    },
    end(id) {
      prepare("UPDATE external_task SET state = 'done', due_at = NULL WHERE gate = ?").run(id);
      prepare(
        `UPDATE external_lease SET ended_at = ${now}, ending = 'revoked' WHERE gate = ? AND ending IS NULL`,
      ).run(id);
    },
    addLog(id, { lines, at, most }) {
      const before = Number(
        prepare("SELECT log_lines FROM external_task WHERE gate = ?").get(id)?.["log_lines"],
      );
      const kept = lines.slice(0, Math.max(0, most - before));
      const add = prepare("INSERT INTO external_log (gate, number, at, text) VALUES (?, ?, ?, ?)");
      kept.forEach((text, index) => add.queue(null, id, before + index + 1, at, text));
      prepare("UPDATE external_task SET log_lines = ? WHERE gate = ?").queue(id, before + kept.length, id);
    },
    log: (id) =>
      prepare("SELECT at, text FROM external_log WHERE gate = ? ORDER BY number")
        .all(id)
        .map((row) => ({ at: row["at"] as number, text: row["text"] as string })),
  };
}

/** Whose turn it is. */
function line(
  database: SqlDatabase,
): Pick<ExternalTaskStore, "due" | "isOver" | "hasReady" | "holdTopics" | "room" | "next"> {
  const { prepare, prepareGuard, now } = database;
  const count = (topic: string): number =>
    Number(
      prepare("SELECT count(*) AS count FROM external_task WHERE topic = ? AND state = 'leased'").get(
        topic,
      )?.["count"],
    );
  const next = (topic: string, limit: number): readonly string[] =>
    prepareGuard(
      `SELECT gate FROM external_task WHERE topic = ? AND state = 'ready' ORDER BY priority DESC, gate LIMIT ?`,
    )
      .all(topic, limit)
      .map(idOf);
  return {
    due: (limit) =>
      prepare(`SELECT gate FROM external_task WHERE due_at <= ${now} ORDER BY due_at, gate LIMIT ?`)
        .all(limit)
        .map(idOf),
    isOver: (id) =>
      prepare(`SELECT 1 AS over FROM external_task WHERE gate = ? AND due_at <= ${now}`).get(id) !==
      undefined,
    hasReady: (topics) => topics.some((topic) => next(topic, 1).length > 0),
    holdTopics(topics) {
      // In one order by all, so that two who lease at once do not wait for each other.
      const sql = `SELECT name FROM external_topic WHERE ${database.isAmong("name", "text")} ORDER BY name`;
      prepareGuard(sql).all(database.list(topics));
    },
    room(topic) {
      const least = prepare(
        `SELECT min(topic_limit) AS least FROM external_task
         WHERE topic = ? AND topic_limit IS NOT NULL AND state <> 'done'`,
      ).get(topic)?.["least"];
      return least == null ? null : Math.max(0, (least as number) - count(topic));
    },
    next,
  };
}

/** Who was given what. */
function leases({
  prepare,
  now,
}: SqlDatabase): Pick<ExternalTaskStore, "lease" | "leaseOf" | "leases" | "extend" | "endLease"> {
  return {
    lease(id, { number, worker, by, lastsMs, token }) {
      prepare(
        `UPDATE external_task SET state = 'leased', due_at = ${now} + ?, leases = ?, worker = ?, "by" = ?,
           leased_at = ${now}, progress = NULL, message = NULL WHERE gate = ?`,
      ).run(lastsMs, number, worker, by, id);
      prepare(
        `INSERT INTO external_lease (gate, number, token, worker, "by", lasts_ms, leased_at)
         VALUES (?, ?, ?, ?, ?, ?, ${now})`,
      ).run(id, number, token, worker, by, lastsMs);
    },
    leaseOf(id, token) {
      const row = prepare("SELECT * FROM external_lease WHERE gate = ? AND token = ?").get(id, token);
      return row === undefined ? null : toLease(row);
    },
    leases: (id) =>
      prepare("SELECT * FROM external_lease WHERE gate = ? ORDER BY number").all(id).map(toLease),
    extend(id, lastsMs, { progress, message }) {
      prepare(`UPDATE external_task SET due_at = ${now} + ?, progress = ?, message = ? WHERE gate = ?`).run(
        lastsMs,
        progress === null ? null : Math.round(progress * MILLION),
        message,
        id,
      );
    },
    endLease(id, number, ending, message) {
      prepare(
        `UPDATE external_lease SET ended_at = ${now}, ending = ?, message = ? WHERE gate = ? AND number = ?`,
      ).run(ending, message, id, number);
    },
  };
}

/** What waits is listed in the order in which it comes, as far as one topic has an order; what is done newest first. */
function idsIn(prepare: Prepare, filter: Parameters<ExternalTaskStore["list"]>[0]): readonly string[] {
  const { topic, state, limit } = filter;
  const ofTopic = topic === undefined ? "" : "topic = ? AND ";
  const values = topic === undefined ? [] : [topic];
  const read = (stored: string, order: string): readonly string[] =>
    prepare(`SELECT gate FROM external_task WHERE ${ofTopic}state = '${stored}' ORDER BY ${order} LIMIT ?`)
      .all(...values, limit)
      .map(idOf);
  const inLine = topic === undefined ? "gate" : "priority DESC, gate";
  if (state === "done") return read("done", "gate DESC");
  if (state !== "ready") return read(state, "gate");
  return [...read("ready", inLine), ...read("resting", inLine)].slice(0, limit);
}

/** Of a list the tasks in its order. A join with a page would be planned for a tenth of the table, not for the page. */
function tasksOf(database: SqlDatabase, ids: readonly string[]): readonly StoredExternalTask[] {
  const sql = `${TASK} WHERE ${database.isAmong("e.gate", "text")}`;
  const rows = database.prepare(sql).all(database.list(ids));
  const found = new Map(rows.map((row) => [row["gate"] as string, toTask(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

const idOf = (row: Row): string => row["gate"] as string;

function toTask(row: Row): StoredExternalTask {
  const state = row["state"] as ExternalTaskState | "resting";
  const dueAt = row["due_at"] as number | null;
  const createdAt = row["opened_at"] as number;
  const progress = row["progress"] as number | null;
  return {
    id: row["gate"] as string,
    runId: row["run_id"] as string,
    path: row["path"] as string,
    name: row["name"] as string,
    topic: row["topic"] as string,
    priority: row["priority"] as number,
    state: state === "resting" ? "ready" : state,
    attempts: row["leases"] as number,
    lostLeases: row["lost"] as number,
    failures: row["failures"] as number,
    worker: row["worker"] as string | null,
    by: row["by"] as string | null,
    leasedAt: row["leased_at"] as number | null,
    leasedUntil: state === "leased" ? dueAt : null,
    availableAt: state === "resting" && dueAt !== null ? dueAt : createdAt,
    progress: progress === null ? null : progress / MILLION,
    message: row["message"] as string | null,
    createdAt,
    deadlineAt: row["deadline_at"] as number | null,
    maxLostLeases: row["max_lost"] as number,
    retries: JSON.parse(row["retries"] as string) as ExternalPolicy["retries"],
  };
}

const toLease = (row: Row): StoredLease => ({
  number: row["number"] as number,
  worker: row["worker"] as string,
  by: row["by"] as string,
  lastsMs: row["lasts_ms"] as number,
  leasedAt: row["leased_at"] as number,
  endedAt: row["ended_at"] as number | null,
  ending: row["ending"] as LeaseEnding | null,
  message: row["message"] as string | null,
});
