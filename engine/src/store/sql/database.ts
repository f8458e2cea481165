import type { LigaseError } from "@ligase/sdk";
import type { Durability } from "../../ports/store.ts";

export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** A statement of one database, prepared once; its parameters are `?`, in their order. */
export interface Statement {
  all(...values: readonly SqlValue[]): readonly Row[];
  get(...values: readonly SqlValue[]): Row | undefined;
  /** The rows as lists of their columns, which costs half of an object. */
  lists(...values: readonly SqlValue[]): readonly (readonly unknown[])[];
  run(...values: readonly SqlValue[]): { readonly changes: number };
  /** Adds a row whose first column is its number, which is given back; `values` are the other columns. */
  insert(...values: readonly SqlValue[]): number;
  /**
   * Writes when the database likes, but before the next read and before the end of the transaction: what it changed is
   * not asked. It touches one table. Writes to the same `row` of it keep their order, others may change places; null is
   * a row that nothing else writes.
   */
  queue(row: string | number | null, ...values: readonly SqlValue[]): void;
}

/** Gives a statement by its text. */
export type Prepare = (sql: string) => Statement;

/** What the SQL of the entities needs of a database. It is written once; the few differences have a name here. */
export interface SqlDatabase {
  readonly prepare: Prepare;
  /** A look at rows that decides about a write: in a transaction they stay as they were seen until it ends (C19, C20). */
  readonly prepareGuard: Prepare;
  /** Gives numbers that stay given, durably, whatever becomes of the transaction they are asked for in. */
  readonly prepareNumbering: Prepare;
  /** SQL for the time by which leases go, in milliseconds since 1970 (C19). */
  readonly now: string;
  /** SQL that is true when a column is among the values of a list. */
  isAmong(column: string, type: ListType): string;
  /** SQL for a table that has the values of a list as `value`. */
  eachOf(type: ListType): string;
  /** The parameter that is such a list. */
  list(values: readonly (string | number)[]): SqlValue;
  /** Runs `write` in one transaction. */
  commit(durability: Durability, write: () => void): void;
  loss(): LigaseError | null;
  version(): number;
  close(): void;
}

export type ListType = "text" | "integer";
