import type { PostgresServer } from "../postgres.ts";
import { EMPTY, readStore, type Ledger } from "./ledger.ts";
import type { Scene } from "./scene.ts";

/** Rows that name rows which are not there, or that are there twice: a connection of its own looks for them. */
const UNSOUND: Readonly<Record<string, string>> = {
  "jobs name a call that is not there":
    "SELECT 1 FROM job j LEFT JOIN call_node c ON c.id = j.call_node WHERE j.call_node IS NOT NULL AND c.id IS NULL",
  "rows name a task that is not there":
    "SELECT 1 FROM (SELECT task FROM job UNION ALL SELECT task FROM call_node) u LEFT JOIN task t ON t.id = u.task WHERE t.id IS NULL",
  "calls name a set that is not there":
    "SELECT 1 FROM call_node c LEFT JOIN interned_set s ON s.id = c.task_set WHERE s.id IS NULL",
  "rows name a run that is not there":
    "SELECT 1 FROM (SELECT run FROM job UNION ALL SELECT run FROM gate UNION ALL SELECT run FROM claim UNION ALL SELECT run FROM audit) u LEFT JOIN run r ON r.number = u.run WHERE r.number IS NULL",
  "attempts are of a job that is not there":
    "SELECT 1 FROM attempt a LEFT JOIN job j ON j.run = a.run AND j.number = a.job WHERE j.run IS NULL",
  "claims are left of a run that is over":
    "SELECT 1 FROM claim c JOIN run r ON r.number = c.run WHERE r.status IN ('succeeded', 'failed', 'cancelled')",
  "a run that is over is still led":
    "SELECT 1 FROM run WHERE lease_owner IS NOT NULL AND status IN ('succeeded', 'failed', 'cancelled')",
};

const LOOK = Object.entries(UNSOUND)
  .map(([what, sql]) => `SELECT '${what}' WHERE EXISTS (${sql})`)
  .join(" UNION ALL ");

/**
 * Reads the store of a scene on a server, when nobody writes. All that it gives is sure from then on: no later crash of
 * the server loses it.
 */
export function readPostgresLedger(server: PostgresServer, scene: Scene): Ledger {
  const store = scene.store ?? "";
  while (!server.isReady);
  if (server.sql(store, "SELECT to_regclass('run') IS NOT NULL")[0] !== "t") return EMPTY;
  const ledger = readStore(scene.opened);
  // A durable transaction takes all before it to the disk.
  const [, ...unsound] = server.sql(store, `SELECT pg_logical_emit_message(true, 'kill', ''); ${LOOK}`);
  return { ...ledger, problems: [...ledger.problems, ...unsound] };
}

/** The lease of whoever died is over. */
export function endLeases(server: PostgresServer, { store }: Scene): void {
  server.sql(store ?? "", "UPDATE run SET lease_until = lease_until - 60000 WHERE lease_owner IS NOT NULL");
}

/** Whether somebody who died holds the run: then it can be taken over. */
export function isLed(server: PostgresServer, { store }: Scene): boolean {
  return server.sql(store ?? "", "SELECT 1 FROM run WHERE lease_owner IS NOT NULL").length > 0;
}
