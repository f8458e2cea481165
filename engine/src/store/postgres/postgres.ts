import { LigaseError } from "@ligase/sdk/values";
import type { Store } from "../../ports/store.ts";
import { migrations } from "../migrations.ts";
import { sqlStore } from "../sql-store.ts";
import { Channel } from "./channel.ts";
import { PostgresDatabase } from "./database.ts";
import { postgresPlace } from "./place.ts";
import { storeError } from "./store-error.ts";

export interface PostgresOptions {
  /** How long a server that is away is waited for, in milliseconds; default 15,000. Leases last twice as long. */
  readonly patienceMs?: number;
  /** How long a row that somebody else holds is waited for, in milliseconds; default 10,000. */
  readonly lockMs?: number;
  /** Folder of the migrations; default this version's. */
  readonly migrations?: URL;
}

/**
 * Opens or makes the store in a schema of a Postgres database, `postgres://user@host/database?schema=name`, by default
 * the schema `ligase`. A thread of this process talks to the server, and the caller stands still meanwhile. Leases go by
 * the server's clock.
 *
 * Throws `store-url-not-valid`, `store-unavailable`, `store-newer`, `store-not-writable`.
 */
export function openPostgresStore(url: string, options: PostgresOptions = {}): Store {
  const { connection, schema, shown } = postgresPlace(url);
  const { patienceMs = 15_000, lockMs = 10_000 } = options;
  const { randomUUID } = process.getBuiltinModule("node:crypto");
  const channel = new Channel({ connection, schema, writer: randomUUID(), patienceMs, lockMs });
  const files = migrations(options.migrations);
  const opened = channel.ask({ kind: "open", migrations: files });
  if (!("kind" in opened)) return sqlStore(new PostgresDatabase(channel, shown, opened[0]?.rows ?? []));
  channel.close();
  if (opened.kind === "newer")
    throw new LigaseError("store-newer", { path: shown, version: opened.version, known: files.length });
  throw storeError(opened, shown);
}
