import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { testEventSource, type EventSourceUnderTest } from "../../../testkit/src/event-source-contract.ts";
import { FakeClock } from "../../../testkit/src/fake-clock.ts";
import { needs } from "../../../testkit/src/needs.ts";
import { PostgresServer } from "../../../testkit/src/postgres.ts";
import { createFileSource } from "./file-source.ts";
import { createQuerySource } from "./query-source.ts";

const EVERY_MS = 20;

testEventSource("files", {
  open() {
    const folder = mkdtempSync(join(tmpdir(), "ligase-files-"));
    const clock = new FakeClock();
    return {
      open: () => createFileSource({ name: "f", files: join(folder, "*.csv"), everyMs: EVERY_MS, clock }),
      happen: (n) => writeFileSync(join(folder, `${n}.csv`), "x".repeat(n)),
      pass: () => clock.advance(1_000),
      numberOf: ({ payload }) => Number(/(\d+)\.csv$/.exec(payload as string)?.[1]),
      close: () => rmSync(folder, { recursive: true }),
    };
  },
});

const QUERY = "SELECT id, 'order:' || id AS key, total FROM orders WHERE id > :cursor ORDER BY id LIMIT 2";

function queried(database: string, insert: (n: number) => void, close: () => void): EventSourceUnderTest {
  const clock = new FakeClock();
  const options = { name: "q", database, query: QUERY, cursor: "id", from: 0, everyMs: EVERY_MS, clock };
  return {
    open: () => createQuerySource(options),
    happen: insert,
    pass: () => clock.advance(1_000),
    numberOf: ({ payload }) => (payload as { id: number }).id,
    close,
  };
}

testEventSource("a query of SQLite", {
  open() {
    const folder = mkdtempSync(join(tmpdir(), "ligase-query-"));
    const path = join(folder, "shop.db");
    const shop = new DatabaseSync(path);
    shop.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL)");
    const close = (): void => {
      shop.close();
      rmSync(folder, { recursive: true });
    };
    return queried(path, (n) => shop.exec(`INSERT INTO orders VALUES (${n}, 1.5)`), close);
  },
});

const { skip } = needs("postgres");
const server = skip === false ? new PostgresServer() : null;
after(() => server?.[Symbol.dispose]());

testEventSource("a query of Postgres", {
  skip,
  open() {
    const url = server?.url("public") ?? "";
    const sql = (text: string): void => void server?.sql(url, text);
    sql("CREATE TABLE orders (id BIGINT PRIMARY KEY, total FLOAT)");
    const database = url.replace("?schema=public", "");
    return queried(
      database,
      (n) => sql(`INSERT INTO orders VALUES (${n}, 1.5)`),
      () => sql("DROP TABLE orders"),
    );
  },
});

test("a query that does not go by a cursor is refused", () => {
  const options = { name: "q", database: "x.db", query: "SELECT 1::cursor", cursor: "id", from: 0 };
  assert.throws(() => createQuerySource({ ...options, clock: new FakeClock() }), {
    code: "event-source-not-valid",
  });
});
