import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineReader, toLine } from "./lines.ts";

test("messages arrive whole and in order, however the pipe cuts them", () => {
  const messages = fc.array(fc.record({ text: fc.string({ unit: "grapheme" }) }, { noNullPrototype: true }));
  fc.assert(
    fc.property(messages, fc.array(fc.nat(20)), (sent, cuts) => {
      const reader = new LineReader<object>();
      let bytes = Buffer.from(sent.map(toLine).join(""));
      const got: object[] = [];
      for (const cut of cuts) {
        got.push(...reader.push(bytes.subarray(0, cut)));
        bytes = bytes.subarray(cut);
      }
      got.push(...reader.push(bytes));
      assert.deepEqual(got, sent);
    }),
  );
});
