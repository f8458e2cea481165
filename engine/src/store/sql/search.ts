import type { SearchStore } from "../../ports/store.ts";
import type { RunStatus } from "../../model/states.ts";
import { NODE, toNode } from "./calls.ts";
import type { SqlDatabase } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

export function searchStore({ prepare }: SqlDatabase, runNumber: RunNumber): SearchStore {
  return {
    unindexed: () =>
      prepare("SELECT id, status FROM run WHERE indexed = 0 ORDER BY number")
        .all()
        .map((row) => ({ runId: row["id"] as string, status: row["status"] as RunStatus })),
    callsOf(runId, after, limit) {
      const sql = `${NODE} JOIN job j ON j.run = c.run AND j.number = c.job AND j.call_node = c.id
        WHERE j.run = ? AND j.number > ? ORDER BY j.number LIMIT ?`;
      return prepare(sql).all(runNumber(runId), after, limit).map(toNode);
    },
    add(mentions, uses) {
      const mention = prepare(
        "INSERT INTO mention (value, call, made) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      );
      for (const { value, call, isMaker } of mentions) mention.queue(null, value, call, isMaker ? 1 : 0);
      const use = prepare("INSERT INTO call_use (source, call) VALUES (?, ?) ON CONFLICT DO NOTHING");
      for (const { source, call } of uses) use.queue(null, source, call);
    },
    indexed(runId) {
      prepare("UPDATE run SET indexed = 1 WHERE number = ?").run(runNumber(runId));
    },
    mentioning: (value, before, limit) =>
      prepare("SELECT call, made FROM mention WHERE value = ? AND call < ? ORDER BY call DESC, made LIMIT ?")
        .all(value, before, limit)
        .map((row) => ({ value, call: row["call"] as number, isMaker: row["made"] === 1 })),
    users: (source, after, limit) =>
      prepare("SELECT call FROM call_use WHERE source = ? AND call > ? ORDER BY call LIMIT ?")
        .all(source, after, limit)
        .map((row) => row["call"] as number),
  };
}
