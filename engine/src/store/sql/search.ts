import type { SearchStore } from "../../ports/store.ts";
import type { RunStatus } from "../../model/states.ts";
import { NODE, toNode } from "./calls.ts";
import type { SqlDatabase } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

export function searchStore(database: SqlDatabase, runNumber: RunNumber): SearchStore {
  const { prepare } = database;
  // Two looks: of a join a planner may think that it is best begun with all calls there are.
  const jobs = prepare(
    "SELECT number, call_node FROM job WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
  );
  const calls = prepare(`${NODE} WHERE ${database.isAmong("c.id", "integer")}`);
  return {
    nextUnindexed(before) {
      const after = before === null ? 0 : runNumber(before);
      const sql = "SELECT id, status FROM run WHERE indexed = 0 AND number > ? ORDER BY number LIMIT 1";
      const row = prepare(sql).get(after);
      return row === undefined ? null : { runId: row["id"] as string, status: row["status"] as RunStatus };
    },
    callsOf(runId, after, limit) {
      const run = runNumber(runId);
      const rows = jobs.lists(run, after, limit) as readonly (readonly [
        number: number,
        call: number | null,
      ])[];
      const ids = rows.flatMap(([, call]) => call ?? []);
      const nodes = ids.length === 0 ? [] : calls.all(database.list(ids)).map(toNode);
      const own = nodes.filter((node) => node.runId === runId);
      return { calls: own, last: rows.at(-1)?.[0] ?? after, isLast: rows.length < limit };
    },
    add(mentions, uses) {
      const mention = prepare(
        "INSERT INTO mention (value, call, made) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      );
      for (const { value, call, isMaker } of mentions) mention.queue(null, value, call, isMaker ? 1 : 0);
      const use = prepare("INSERT INTO call_use (source, call) VALUES (?, ?) ON CONFLICT DO NOTHING");
      for (const { source, call } of uses) use.queue(null, source, call);
    },
    indexed({ runId, status, last }) {
      const run = runNumber(runId);
      const sql = `UPDATE run SET indexed = 1 WHERE number = ? AND status = ?
        AND NOT EXISTS (SELECT 1 FROM job j WHERE j.run = ? AND j.number > ?)`;
      prepare(sql).run(run, status, run, last);
    },
    mentioning: (value, before, limit) =>
      prepare(
        "SELECT call, made FROM mention WHERE value = ? AND call < ? ORDER BY call DESC, made DESC LIMIT ?",
      )
        .all(value, before, limit)
        .map((row) => ({ value, call: row["call"] as number, isMaker: row["made"] === 1 })),
    users: (source, after, limit) =>
      prepare("SELECT call FROM call_use WHERE source = ? AND call > ? ORDER BY call LIMIT ?")
        .all(source, after, limit)
        .map((row) => row["call"] as number),
  };
}
