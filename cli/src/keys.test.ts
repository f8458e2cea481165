import assert from "node:assert/strict";
import { test } from "node:test";
import { readKeys } from "./keys.ts";

test("letters, Enter, Backspace and Ctrl-C are keys; arrows and function keys are nothing", () => {
  assert.deepEqual(readKeys("aé\r\u007F\u0003\u001B[A\u001BOP\u001B[1;5C\t"), [
    { kind: "text", text: "a" },
    { kind: "text", text: "é" },
    { kind: "enter" },
    { kind: "backspace" },
    { kind: "interrupt" },
  ]);
});
