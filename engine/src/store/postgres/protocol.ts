import type { Durability } from "../../ports/store.ts";
import type { SqlValue } from "../sql/database.ts";

/* What the store and the thread that talks to the server say to each other. */

/** One statement; a list is an array of the database. */
export interface Step {
  readonly text: string;
  readonly values: readonly (SqlValue | readonly SqlValue[])[];
}

export type Request =
  /** Connects, and brings the schema forward. */
  | { readonly kind: "open"; readonly migrations: readonly string[] }
  /** Outside of a transaction; changes nothing. */
  | { readonly kind: "read"; readonly steps: readonly Step[] }
  /** On a connection of its own, durable at once; may be done twice. */
  | { readonly kind: "number"; readonly steps: readonly Step[] }
  | TransactRequest
  /** From now on the version is kept up to date. */
  | { readonly kind: "listen" }
  | { readonly kind: "close" };

/** A part of a transaction, or all of it. */
export interface TransactRequest {
  readonly kind: "transact";
  /** Given in the first part. */
  readonly begin: Durability | null;
  readonly steps: readonly Step[];
  /** Whether the results of the steps are waited for. */
  readonly isAsked: boolean;
  readonly end: "commit" | "rollback" | null;
  /** Whether it changes what other engines look for. */
  readonly tells: boolean;
}

export interface Result {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly changes: number;
}

/** What went wrong, as data. */
export type Problem =
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "lost"; readonly commits: number }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "sql"; readonly code: string; readonly reason: string };

export type Answer = { readonly id: number } & (
  { readonly results: readonly Result[] } | { readonly problem: Problem }
);

/** What the thread is started with. */
export interface WorkerOptions {
  readonly connection: string;
  readonly schema: string;
  /** Name of this writer, never given twice. */
  readonly writer: string;
  readonly patienceMs: number;
  readonly lockMs: number;
  /** The number of the last answer, and the version. */
  readonly shared: Int32Array<SharedArrayBuffer>;
}

export const [ANSWERED, VERSION] = [0, 1] as const;
