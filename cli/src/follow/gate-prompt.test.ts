import assert from "node:assert/strict";
import { test } from "node:test";
import { paletteFor } from "../output/palette.ts";
import { gateRecord } from "../testing/fake-run.ts";
import type { Key } from "../world.ts";
import { askAgain, openPrompt, pressKey, promptLine, type PromptState } from "./gate-prompt.ts";

const gate = gateRecord();
const palette = paletteFor(false, {});
const enter: Key = { kind: "enter" };

function type(state: PromptState, text: string, of = gate): PromptState {
  const keys: Key[] = [...[...text].map((character): Key => ({ kind: "text", text: character })), enter];
  return keys.reduce((at, key) => pressKey(at, key, of), state);
}

test("a is approved, with a comment that may be empty", () => {
  const asked = type(openPrompt(gate), "a");
  assert.equal(promptLine(asked, gate, palette), "approved; why? (may be empty) > ▏");
  assert.deepEqual(type(asked, ""), { step: "decided", outcome: "approved", comment: null });
  assert.deepEqual(type(asked, "looks fine"), {
    step: "decided",
    outcome: "approved",
    comment: "looks fine",
  });
});

test("a gate that wants a reason does not take an empty one", () => {
  const strict = gateRecord({ policy: { ...gate.policy, requireComment: true } });
  const asked = type(openPrompt(strict), "reject", strict);
  const again = type(asked, "  ", strict);
  assert.equal(again.step, "comment");
  assert.deepEqual(type(again, "contaminated", strict), {
    step: "decided",
    outcome: "rejected",
    comment: "contaminated",
  });
});

test("l and the end of input leave it for later, other words are asked again", () => {
  assert.deepEqual(type(openPrompt(gate), "l"), { step: "later" });
  assert.deepEqual(pressKey(openPrompt(gate), { kind: "end" }, gate), { step: "later" });
  const again = type(openPrompt(gate), "maybe");
  assert.match(promptLine(again, gate, palette), /type a, r or l/);
});

test("Enter alone decides nothing", () => {
  assert.equal(type(openPrompt(gate), "").step, "choose");
});

test("what is typed can be taken back", () => {
  const typed = ["a", "x"].reduce(
    (at, character) => pressKey(at, { kind: "text", text: character }, gate),
    openPrompt(gate),
  );
  const back = pressKey(typed, { kind: "backspace" }, gate);
  assert.equal(promptLine(back, gate, palette), "[a]pprove  [r]eject  [l]ater > a▏");
  assert.equal(
    promptLine(pressKey(typed, { kind: "clear" }, gate), gate, palette),
    "[a]pprove  [r]eject  [l]ater > ▏",
  );
});

test("a gate for a value takes text, and says again what was wrong with it", () => {
  const input = gateRecord({ kind: "input" });
  assert.deepEqual(type(openPrompt(input), "0.05", input), { step: "answered", text: "0.05" });
  assert.deepEqual(type(openPrompt(input), "", input), { step: "later" });
  assert.match(
    promptLine(askAgain("many", "expected integer"), input, palette),
    /> many▏ {2}expected integer$/,
  );
});

test("a review with a form is approved by what is filled in, and rejected with a comment", () => {
  const form = gateRecord({ kind: "review", schema: { kind: "text" } });
  const asked = type(openPrompt(form), "a", form);
  assert.equal(promptLine(asked, form, palette), "value, or empty for later > ▏");
  assert.deepEqual(type(asked, "0/1", form), { step: "answered", text: "0/1" });
  assert.equal(type(openPrompt(form), "r", form).step, "comment");
});
