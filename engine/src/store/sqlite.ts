import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LigaseError } from "@ligase/sdk/values";
import type { Durability, Store } from "../ports/store.ts";
import { migrations } from "./migrations.ts";
import { networkFileSystem } from "./network-file-system.ts";
import type { Prepare, SqlDatabase, Statement } from "./sql/database.ts";
import { sqlStore } from "./sql-store.ts";
import { sqliteDialect, sqliteStatement, type Guard } from "./sqlite-statement.ts";

/*
 * The store on SQLite. One connection writes (C17): two in one thread would block each other. WAL, so that readers in
 * other processes never wait; `synchronous` is NORMAL for what was computed and FULL where R9 asks for it.
 */

/**
 * Opens or makes the store at a path; its leases go by `now`. Throws `store-newer`, `store-damaged`, `store-on-network`,
 * `store-not-writable`.
 */
export const openSqliteStore = (path: string, now: () => number = Date.now): Store =>
  sqlStore(sqliteDatabase(openDatabase(path), path, now));

function sqliteDatabase(database: DatabaseSync, path: string, now: () => number): SqlDatabase {
  database.function("store_now", now);
  const prepare = preparer(database, path);
  let synchronous: Durability = "computed";
  return {
    prepare,
    // A transaction has the whole store for itself.
    prepareGuard: prepare,
    prepareNumbering: prepare,
    ...sqliteDialect,
    commit(durability, write) {
      // `synchronous` cannot change inside a transaction.
      if (durability !== synchronous) {
        database.exec(`PRAGMA synchronous = ${durability === "durable" ? "FULL" : "NORMAL"}`);
        synchronous = durability;
      }
      try {
        transact(database, write);
      } catch (error) {
        throw storeError(error, path);
      }
    },
    version: () => Number(prepare("PRAGMA data_version").get()?.["data_version"]),
    close() {
      if (database.isOpen) database.close();
    },
  };
}

function transact(database: DatabaseSync, write: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    write();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function preparer(database: DatabaseSync, path: string): Prepare {
  const statements = new Map<string, Statement>();
  const guard = explaining(path);
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) statements.set(sql, (statement = sqliteStatement(database, sql, guard)));
    return statement;
  };
}

/** Errors say what is wrong with the store: not all reads and writes are inside `commit`. */
function explaining(path: string): Guard {
  return (work) =>
    (...args) => {
      try {
        return work(...args);
      } catch (error) {
        throw storeError(error, path);
      }
    };
}

function openDatabase(path: string): DatabaseSync {
  try {
    makeFolderDurably(dirname(path));
    refuseNetwork(path);
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    useWriteAheadLog(database);
    database.exec(
      "PRAGMA synchronous = NORMAL; PRAGMA fullfsync = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384",
    );
    migrate(database, path);
    return database;
  } catch (error) {
    throw storeError(error, path);
  }
}

/** R9: the folder of a new store has its name on the disk before anything in it is told. */
function makeFolderDurably(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** How long another process may hold the store before it counts as busy. */
const BUSY_MS = 10_000;

/** Two processes may make one store at once; the change of mode, unlike all else, does not wait for the other's lock. */
function useWriteAheadLog(database: DatabaseSync): void {
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (primaryCode(error) !== BUSY || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Brings the schema forward, one numbered file after another; a newer store is refused. */
function migrate(database: DatabaseSync, path: string): void {
  const files = migrations();
  const version = (): number => Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version() > files.length)
    throw new LigaseError("store-newer", { path, version: version(), known: files.length });
  if (version() === files.length) return;
  database.exec("BEGIN IMMEDIATE");
  // Another process may have migrated while this one waited for the lock.
  for (const sql of files.slice(version())) database.exec(sql);
  database.exec(`PRAGMA user_version = ${files.length}`);
  database.exec("COMMIT");
}

/**
 * C19: the locks of network file systems do not hold, and the memory that readers and writers of a write-ahead log share
 * ends at the machine: a store on one would be damaged in silence.
 */
function refuseNetwork(path: string): void {
  const kind = networkFileSystem(dirname(path));
  if (kind !== null) throw new LigaseError("store-on-network", { path, kind });
}

/** SQLite's result codes that have a meaning of their own here. */
const [BUSY, LOCKED, READONLY, CORRUPT, FULL, CANTOPEN, NOTADB] = [5, 6, 8, 11, 13, 14, 26];

/** The result code without the details in its upper bits; undefined when the error is not SQLite's. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: number } | null)?.errcode;
  return code === undefined ? undefined : code & 0xff;
}

function storeError(error: unknown, path: string): unknown {
  const reason = error instanceof Error ? error.message : String(error);
  switch (primaryCode(error)) {
    case CORRUPT:
    case NOTADB:
      return new LigaseError("store-damaged", { path, reason }, { cause: error });
    case FULL:
      return new LigaseError("store-disk-full", { path }, { cause: error });
    case BUSY:
    case LOCKED:
      return new LigaseError("store-busy", { path }, { cause: error });
    case READONLY:
    case CANTOPEN:
      return new LigaseError("store-not-writable", { path, reason }, { cause: error });
    default:
      return isAccess(error)
        ? new LigaseError("store-not-writable", { path, reason }, { cause: error })
        : error;
  }
}

function isAccess(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code;
  return code === "EACCES" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST";
}

/** Where the store of a root folder is. */
export const storePath = (root: string): string => join(root, "store.db");
