import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { LigaseError } from "@ligase/sdk";
import type { Durability, Store } from "../ports/store.ts";
import { callStore } from "./sql/calls.ts";
import { fileIdentityStore } from "./sql/file-identities.ts";
import { gateStore } from "./sql/gates.ts";
import { jobStore } from "./sql/jobs.ts";
import { runStore } from "./sql/runs.ts";

/*
 * The store on SQLite. One connection writes (C17): two in one thread would block each other. WAL, so that readers in
 * other processes never wait; `synchronous` is NORMAL for what was computed and FULL where R9 asks for it.
 */

/** A statement by its text, prepared once. */
export type Prepare = (sql: string) => StatementSync;

/** Opens or makes the store at a path. Throws `store-newer`, `store-damaged`, `store-on-network`, `store-not-writable`. */
export function openSqliteStore(path: string): Store {
  const database = openDatabase(path);
  const prepare = preparer(database);
  let synchronous: Durability = "computed";
  return {
    runs: runStore(prepare),
    jobs: jobStore(prepare),
    calls: callStore(prepare),
    gates: gateStore(prepare),
    files: fileIdentityStore(prepare),
    commit(durability, write) {
      // `synchronous` cannot change inside a transaction.
      if (durability !== synchronous) {
        database.exec(`PRAGMA synchronous = ${durability === "durable" ? "FULL" : "NORMAL"}`);
        synchronous = durability;
      }
      transact(database, write);
    },
    version: () => Number(prepare("PRAGMA data_version").get()?.["data_version"]),
    close: () => database.close(),
  };
}

function transact(database: DatabaseSync, write: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    write();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw storeError(error, database.location() ?? "memory");
  }
}

function preparer(database: DatabaseSync): Prepare {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) statements.set(sql, (statement = database.prepare(sql)));
    return statement;
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    refuseNetwork(path);
    const database = new DatabaseSync(path, { timeout: 10_000 });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA fullfsync = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384");
    migrate(database, path);
    return database;
  } catch (error) {
    throw storeError(error, path);
  }
}

const MIGRATIONS = new URL("./migrations/", import.meta.url);

/** Brings the schema forward, one numbered file after another; a newer store is refused. */
function migrate(database: DatabaseSync, path: string): void {
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql")).sort();
  const version = (): number => Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version() > files.length) throw new LigaseError("store-newer", { path, version: version(), known: files.length });
  if (version() === files.length) return;
  database.exec("BEGIN IMMEDIATE");
  // Another process may have migrated while this one waited for the lock.
  for (const name of files.slice(version())) database.exec(readFileSync(new URL(name, MIGRATIONS), "utf8"));
  database.exec(`PRAGMA user_version = ${files.length}`);
  database.exec("COMMIT");
}

/** File systems whose locks cannot be trusted, by the type that statfs gives. */
const NETWORK: Readonly<Record<number, string>> = { 0x6969: "NFS", 0xff534d42: "CIFS", 0xfe534d42: "SMB2", 0x517b: "SMB" };

/** C19: the locks of network file systems do not hold, and a store on one would be damaged in silence. */
function refuseNetwork(path: string): void {
  const kind = NETWORK[statfsSync(dirname(path)).type];
  if (kind !== undefined) throw new LigaseError("store-on-network", { path, kind });
}

function storeError(error: unknown, path: string): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { errcode?: number } | null)?.errcode;
  if (code === 11 || code === 26) return new LigaseError("store-damaged", { path, reason: message }, { cause: error });
  if (code === 13) return new LigaseError("store-disk-full", { path }, { cause: error });
  if (code === 5 || code === 6) return new LigaseError("store-busy", { path }, { cause: error });
  if (code === 8 || code === 14 || isAccess(error)) return new LigaseError("store-not-writable", { path, reason: message }, { cause: error });
  return error;
}

function isAccess(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code;
  return code === "EACCES" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST";
}

/** Where the store of a root folder is. */
export const storePath = (root: string): string => join(root, "store.db");

export const storeExists = (root: string): boolean => existsSync(storePath(root));
