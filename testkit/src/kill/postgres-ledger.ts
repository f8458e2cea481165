import type { PostgresServer } from "../postgres.ts";
import { EMPTY, readStore, type Ledger } from "./ledger.ts";
import type { Scene } from "./scene.ts";
import { UNSOUND } from "./unsound-rows.ts";

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
  const [, ...unsound] = server.sql(store, `SELECT pg_logical_emit_message(true, 'kill', ''); ${UNSOUND}`);
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
