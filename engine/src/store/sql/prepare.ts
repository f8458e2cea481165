import type { StatementSync } from "node:sqlite";

/** Gives a statement by its text, prepared once. */
export type Prepare = (sql: string) => StatementSync;
