import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineReader, toLine } from "./lines.ts";

test("messages arrive whole and in order, however the pipe cuts them", () => {
  const messages = fc.array(fc.record({ text: fc.string({ unit: "grapheme" }) }, { noNullPrototype: true }));
  fc.assert(
    fc.property(messages, fc.array(fc.nat(20)), (sent, cuts) => {
      let bytes = Buffer.from(sent.map(toLine).join(""));
      const got: object[] = [];
      const reader = new LineReader<object>((message) => got.push(message));
      for (const cut of cuts) {
        reader.push(bytes.subarray(0, cut));
        bytes = bytes.subarray(cut);
      }
      reader.push(bytes);
      assert.deepEqual(got, sent);
    }),
  );
});

test("what is no message is an error, and what came before it is given", () => {
  const got: object[] = [];
  const reader = new LineReader<object>((message) => got.push(message));
  assert.throws(() => reader.push(Buffer.from('{"n":1}\nrubbish\n{"n":2}\n')));
  assert.deepEqual(got, [{ n: 1 }]);
});

test("a line without end is an error before it fills the memory", () => {
  const reader = new LineReader<object>(() => undefined);
  const piece = Buffer.alloc(2 ** 20, "x");
  assert.throws(() => {
    for (let mebibytes = 0; mebibytes < 1024; mebibytes++) reader.push(piece);
  }, /line without end/);
});
