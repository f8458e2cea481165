import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ReadRows } from "../../decisions/decision-rows.ts";

/** SQLite's code of a store whose maker died before its log was there: the next who writes undoes what it began. */
const HALF_MADE = 776;

function isMade(database: DatabaseSync): boolean {
  try {
    return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'audit'").get() !== undefined;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === HALF_MADE) return false;
    throw error;
  }
}

/** Reads the rows of a store in a folder while others write, without tidying up what dead processes left. */
export class LiveRows {
  readonly #path: string;
  #database: DatabaseSync | null = null;

  constructor(root: string) {
    this.#path = join(root, "store.db");
  }

  readonly read: ReadRows = (sql) => this.#open()?.prepare(sql).all() ?? [];

  /** Reads several things as they are at one time. */
  atOnce<T>(read: () => T): T {
    const database = this.#open();
    database?.exec("BEGIN");
    try {
      return read();
    } finally {
      database?.exec("COMMIT");
    }
  }

  /** Until somebody has made the store there is nothing in it. */
  #open(): DatabaseSync | null {
    if (this.#database !== null || !existsSync(this.#path)) return this.#database;
    const database = new DatabaseSync(this.#path, { readOnly: true, timeout: 10_000 });
    if (isMade(database)) return (this.#database = database);
    database.close();
    return null;
  }

  /** What is damaged. */
  get problems(): readonly string[] {
    const rows = this.#open()?.prepare("PRAGMA integrity_check").all() ?? [];
    return rows.map((row) => String(row["integrity_check"])).filter((said) => said !== "ok");
  }

  close(): void {
    this.#database?.close();
  }
}
