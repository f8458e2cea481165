import assert from "node:assert/strict";
import { test } from "node:test";
import { onEvents } from "./trigger.ts";

test("events are named by their key or by how their keys begin", () => {
  assert.deepEqual(onEvents({ key: "order:17" }), { kind: "events", key: "order:17", isPrefix: false });
  assert.deepEqual(onEvents({ keyPrefix: "order:" }), { kind: "events", key: "order:", isPrefix: true });
});

test("what is no key, both or neither is refused, and shown without harm", () => {
  const wrong = [
    {},
    { key: "" },
    { keyPrefix: "" },
    { key: 17 },
    { key: "a\u001B[2Jb" },
    { key: "x".repeat(1_001) },
    { key: "a", keyPrefix: "b" },
  ];
  for (const options of wrong)
    assert.throws(
      () => onEvents(options as never),
      (error: Error & { code?: string }) =>
        error.code === "option-not-valid" && error.message.length < 300 && !error.message.includes("\u001B"),
      JSON.stringify(options),
    );
});
