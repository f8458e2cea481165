import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { manyRows } from "./many-rows.ts";
import { WriteQueue, type QueuedWrite } from "./write-queue.ts";

const write = (table: string, text: string, manyText: string | null = `many ${text}`): QueuedWrite => ({
  table,
  text,
  manyText,
  tells: false,
});

test("writes of one statement become one, those of other tables between them all the same", () => {
  const queue = new WriteQueue();
  const [calls, jobs] = [write("call_node", "call"), write("job", "job")];
  for (const n of [1, 2, 3]) {
    queue.add(calls, n, [n, `c${n}`]);
    queue.add(jobs, `job ${n}`, [n]);
  }
  assert.deepEqual(queue.take(), [
    {
      text: "many call",
      values: [
        [1, 2, 3],
        ["c1", "c2", "c3"],
      ],
    },
    { text: "many job", values: [[1, 2, 3]] },
  ]);
  assert.equal(queue.isEmpty, true);
});

test("a statement without a form for many rows is sent for each of them", () => {
  const queue = new WriteQueue();
  const plain = write("run", "run", null);
  queue.add(plain, "a", [1]);
  queue.add(plain, "b", [2]);
  assert.deepEqual(queue.take(), [
    { text: "run", values: [1] },
    { text: "run", values: [2] },
  ]);
});

test("whatever the order of writes, each row ends as if they had been done one by one", () => {
  const statements = ["put", "change", "other"].map((text) => write("t", text));
  const writes = fc.array(fc.tuple(fc.nat(2), fc.nat(4)), { maxLength: 40 });
  fc.assert(
    fc.property(writes, (done) => {
      const queue = new WriteQueue();
      const expected = new Map<unknown, string[]>();
      for (const [n, [statement, row]] of done.entries()) {
        queue.add(statements[statement] as QueuedWrite, row, [row, n]);
        expected.set(row, [...(expected.get(row) ?? []), `${statements[statement]?.text} ${n}`]);
      }
      const found = new Map<unknown, string[]>();
      for (const { text, values } of queue.take()) {
        const [rows, numbers] = values.map((value): readonly unknown[] =>
          Array.isArray(value) ? value : [value],
        );
        assert.equal(new Set(rows).size, rows?.length, "a statement writes a row once");
        for (const [at, row] of (rows ?? []).entries())
          found.set(row, [
            ...(found.get(row) ?? []),
            `${text.replace("many ", "")} ${Number(numbers?.[at])}`,
          ]);
      }
      assert.deepEqual(found, expected);
    }),
  );
});

test("a statement for many rows takes a list for each column, of its type", () => {
  const typeOf = (table: string, column: string): string =>
    `${table}.${column}` === "t.n" ? "bigint" : "text";
  assert.equal(
    manyRows(`INSERT INTO t (n, "user") VALUES (?, ?) ON CONFLICT DO NOTHING`, typeOf),
    `INSERT INTO t (n, "user") SELECT * FROM unnest($1::bigint[], $2::text[]) ON CONFLICT DO NOTHING`,
  );
  assert.equal(
    manyRows("UPDATE t SET a = ?, b = 1 WHERE n = ?", typeOf),
    "UPDATE t SET a = given.p1, b = 1 FROM unnest($1::text[], $2::bigint[]) AS given (p1, p2) WHERE n = given.p2",
  );
  for (const other of [
    "INSERT INTO t (n, a) VALUES (?, 'x')",
    "UPDATE t SET a = 1",
    "UPDATE t SET a = upper(?) WHERE n = ?",
    "DELETE FROM t WHERE n = ?",
    "SELECT n FROM t WHERE n = ?",
  ])
    assert.equal(manyRows(other, typeOf), null, other);
});
