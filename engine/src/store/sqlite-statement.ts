import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SqlDatabase, SqlValue, Statement } from "./sql/database.ts";

/** How SQLite says what databases say differently. Its `store_now` is a function of the connection. */
export const sqliteDialect = {
  now: "store_now()",
  isAmong: (column) => `${column} IN (SELECT value FROM json_each(?))`,
  eachOf: () => "json_each(?)",
  list: (values) => JSON.stringify(values),
  loss: () => null,
} as const satisfies Pick<SqlDatabase, "now" | "isAmong" | "eachOf" | "list" | "loss">;

/** Does some work on the database, or says why it cannot. */
export type Guard = <A extends readonly unknown[], R>(work: (...args: A) => R) => (...args: A) => R;

/** A statement of a connection; each use of it, and its preparing, goes through `guard`. */
export function sqliteStatement(database: DatabaseSync, sql: string, guard: Guard): Statement {
  const statement = guard(() => database.prepare(sql))();
  let listing: StatementSync | null = null;
  return {
    all: guard(statement.all.bind(statement)) as unknown as Statement["all"],
    get: guard(statement.get.bind(statement)) as unknown as Statement["get"],
    run: guard(statement.run.bind(statement)) as unknown as Statement["run"],
    lists: guard((...values: readonly SqlValue[]) => {
      if (listing === null) (listing = database.prepare(sql)).setReturnArrays(true);
      return listing.all(...values) as unknown as readonly (readonly unknown[])[];
    }),
    insert: guard((...values: readonly SqlValue[]) => Number(statement.run(null, ...values).lastInsertRowid)),
    queue: guard((_row: unknown, ...values: readonly SqlValue[]) => {
      statement.run(...values);
    }),
  };
}
