import type { AuditEntry, AuditFact } from "../../model/audit.ts";
import type { AuditStore } from "../../ports/gate-store.ts";
import type { Row, SqlDatabase } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

export function auditStore({ prepare, prepareGuard }: SqlDatabase, runNumber: RunNumber): AuditStore {
  return {
    holdLast(runId) {
      // The chain has no row of its own to hold before its first entry: its run's stands for it.
      prepareGuard("SELECT id FROM run WHERE number = ?").get(runNumber(runId));
      const sql = "SELECT * FROM audit WHERE run = ? ORDER BY number DESC LIMIT 1";
      const row = prepare(sql).get(runNumber(runId));
      return row === undefined ? null : toEntry(row);
    },
    add(runId, { number, at, actor, action, subject, detail, hash }) {
      prepare(
        "INSERT INTO audit (run, number, at, actor, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ).queue(null, runNumber(runId), number, at, actor, action, subject, JSON.stringify(detail), hash);
    },
    list: (runId) =>
      prepare("SELECT * FROM audit WHERE run = ? ORDER BY number").all(runNumber(runId)).map(toEntry),
  };
}

const toEntry = (row: Row): AuditEntry => ({
  number: row["number"] as number,
  at: row["at"] as number,
  actor: row["actor"] as string | null,
  action: row["action"] as AuditFact["action"],
  subject: row["subject"] as string,
  detail: JSON.parse(row["detail"] as string) as AuditFact["detail"],
  hash: row["hash"] as string,
});
