import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, file, workflow, z } from "@ligase/sdk";
import { requireTask, type Field } from "@ligase/sdk/internal";
import { fillForm } from "./fill-form.ts";
import { NOTHING } from "./question.ts";

let count = 0;

function fieldOf(schema: z.ZodType): Field {
  const name = `form-${++count}`;
  workflow({ name, input: { value: schema } }, (args) => args);
  return requireTask(name).input.fields["value"] ?? assert.fail();
}

interface Dialogue {
  readonly value: unknown;
  /** Each question as `label [fallback]`, and each complaint. */
  readonly said: readonly string[];
}

/** Fills in a form with lines as somebody types them. */
function answer(schema: z.ZodType, lines: readonly string[], given: unknown = NOTHING): Dialogue {
  const form = fillForm({ label: "", field: fieldOf(schema), given, cwd: "/project" });
  const said: string[] = [];
  const left: string[] = [...lines];
  let next = form.next();
  while (next.done !== true) {
    const { label, fallback, read } = next.value;
    said.push(fallback === null ? label : `${label} [${fallback}]`);
    const line = left.shift() ?? assert.fail(`no answer to ${said.at(-1)}`);
    const answered = read(line);
    if (answered.ok) next = form.next(answered.value);
    else said.push(answered.problem);
  }
  assert.deepEqual(left, []);
  return { value: next.value, said };
}

const Plan = z.object({
  id: z.string(),
  depth: z.number().min(1).default(30),
  at: z.date().optional(),
  wait: duration().default(7_200_000),
  mode: z.enum(["fast", "slow"]),
  ok: z.boolean(),
});

test("a record is asked field by field; an empty line takes the default, or leaves out what is optional", () => {
  const { value, said } = answer(Plan, ["S1", "", "", "", "fast", "y"]);
  assert.deepEqual(value, { id: "S1", depth: 30, wait: 7_200_000, mode: "fast", ok: true });
  assert.deepEqual(said, ["id", "depth [30]", "at [nothing]", "wait [2h]", "mode", "ok"]);
});

test("a wrong line is told what is expected and asked again", () => {
  const { value, said } = answer(Plan, [
    "",
    '""',
    "0.5",
    "7",
    "2026-08-21T10:00:00Z",
    "5 min",
    "quick",
    "slow",
    "n",
  ]);
  assert.deepEqual(value, {
    id: "",
    depth: 7,
    at: "2026-08-21T10:00:00.000Z",
    wait: 3e5,
    mode: "slow",
    ok: false,
  });
  assert.equal(said[1], 'it is needed (type "" for an empty text)');
  assert.equal(said.length, 6 + 2 * 3, "three lines are complained of and asked again");
});

test("lists take values until an empty line, and records one by one", () => {
  const numbers = answer(z.array(z.int()), ["1", "2", ""]);
  assert.deepEqual(numbers.value, [1, 2]);
  const Rows = z.array(z.object({ id: z.string(), lanes: z.array(z.int()) }));
  const { value, said } = answer(Rows, ["", "S1", "1", "", "y", "S2", "", ""]);
  assert.deepEqual(value, [
    { id: "S1", lanes: [1] },
    { id: "S2", lanes: [] },
  ]);
  assert.deepEqual(said.slice(0, 3), ["add [0]? [yes]", "[0].id", "[0].lanes[0] [end]"]);
});

test("what is given already is kept, changed or removed item by item", () => {
  const Rows = z.array(z.object({ id: z.string(), keep: z.boolean() }));
  const given = ["a", "b", "c"].map((id) => ({ id, keep: true }));
  const { value } = answer(Rows, ["", "c", "", "n", "r", ""], given);
  assert.deepEqual(value, [
    { id: "a", keep: true },
    { id: "b", keep: false },
  ]);
});

test("dictionaries, tuples, unions, nullable values and files have their questions", () => {
  const Other = z.object({
    env: z.record(z.string(), z.int()),
    pair: z.tuple([z.string(), z.int()]),
    size: z.union([z.int(), z.object({ of: z.string() })]),
    note: z.string().nullable(),
    reads: file(".fq"),
    more: z.object({ x: z.int() }).optional(),
  });
  const { value } = answer(Other, ["A", "1", "", "p", "2", "2", "file", "", "a.fq", ""]);
  assert.deepEqual(value, {
    env: { A: 1 },
    pair: ["p", 2],
    size: { of: "file" },
    note: null,
    reads: "file:///project/a.fq",
  });
});
