import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { isLigaseError } from "../errors/ligase-error.ts";
import { Dir, File } from "../values/file.ts";
import { acceptedValue, compileCheck, formatIssues } from "./check.ts";
import { fromZod, type AnySchema } from "./from-zod.ts";
import { bytes, dir, duration, file, size } from "./schemas.ts";
import type { TypeIr } from "./type-ir.ts";

const problems = (schema: AnySchema, value: unknown): string => problemsOf(fromZod(schema), value);

function problemsOf(ir: TypeIr, value: unknown): string {
  const result = compileCheck(ir)(value);
  return result.ok ? "" : formatIssues(result.issues);
}

const valueOf = (schema: AnySchema, value: unknown): unknown =>
  acceptedValue(compileCheck(fromZod(schema))(value), "The value");

test("every problem is reported with its path, what was expected and what was found", () => {
  const schema = z.object({
    samples: z.array(z.object({ id: z.string(), lane: z.int() })),
    depth: z.number().min(1),
  });
  const value = {
    samples: [
      { id: "a", lane: 1 },
      { id: 7, lane: "x" },
    ],
    depth: 0,
  };
  assert.equal(
    problems(schema, value),
    [
      "samples[1].id: expected text, found 7",
      'samples[1].lane: expected integer, found "x"',
      "depth: expected number of at least 1, found 0",
    ].join("\n"),
  );
});

test("an unknown field is an error that names the nearest known one", () => {
  assert.match(
    problems(z.object({ sampleId: z.string() }), { sample_id: "a" }),
    /sample_id: .* did you mean "sampleId"\?/,
  );
  assert.match(
    problems(z.object({ a: z.string() }), { a: "x", zzzzzz: 1 }),
    /zzzzzz: is not a known field; known are a/,
  );
});

test("loose records keep what they do not know", () => {
  const value = { a: 1, other: [1] };
  assert.equal(valueOf(z.looseObject({ a: z.int() }), value), value);
});

test("an undefined field is an absent one", () => {
  assert.equal(problems(z.object({ a: z.int().optional() }), { a: undefined, b: undefined }), "");
  assert.equal(problems(z.object({ a: z.int() }), { a: undefined }), "a: is missing; expected integer");
});

test("an omitted default and the same value given explicitly are equal", () => {
  const schema = z.object({ n: z.int().default(3), inner: z.object({ t: duration().prefault("1m") }) });
  assert.deepEqual(valueOf(schema, { inner: {} }), valueOf(schema, { n: 3, inner: { t: "60s" } }));
});

test("a default is never shared between two values", () => {
  const schema = z.object({ list: z.array(z.int()).default([1]) });
  const check = compileCheck(fromZod(schema));
  const first = acceptedValue(check({}), "The first") as { list: number[] };
  first.list.push(2);
  assert.deepEqual(acceptedValue(check({}), "The second"), { list: [1] });
});

test("filling in a default leaves the given object alone", () => {
  const given = { inner: {} };
  const filled = valueOf(z.object({ inner: z.object({ n: z.int().default(1) }) }), given);
  assert.deepEqual(given, { inner: {} });
  assert.deepEqual(filled, { inner: { n: 1 } });
});

test("numbers that cannot be stored are refused, and -0 becomes 0", () => {
  for (const value of [NaN, Infinity, -Infinity]) assert.notEqual(problems(z.number(), value), "");
  assert.notEqual(problems(z.int(), 2 ** 53), "");
  assert.ok(Object.is(valueOf(z.number(), -0), 0));
  assert.ok(Object.is((valueOf(z.array(z.number()), [-0]) as number[])[0], 0));
});

test("fractions are multiples as people count", () => {
  assert.equal(problems(z.number().multipleOf(0.1), 0.3), "");
  assert.notEqual(problems(z.number().multipleOf(0.1), 0.35), "");
});

test("files are told by their name, folders and bytes by their class", () => {
  assert.equal(problems(file(".fastq.gz"), File.at("/x/S1_R1.FASTQ.GZ")), "");
  assert.equal(
    problems(file(".bam", ".cram"), File.at("/x/a.sam")),
    'the value: expected file(.bam, .cram), found file "a.sam"',
  );
  assert.equal(problems(file(), "/x/a.sam"), 'the value: expected file, found "/x/a.sam"');
  assert.equal(problems(dir(), Dir.at("/x")), "");
  assert.notEqual(problems(dir(), File.at("/x")), "");
  assert.equal(problems(bytes(), new Uint8Array(2)), "");
});

test("durations and sizes given as text become numbers", () => {
  assert.deepEqual(valueOf(z.object({ t: duration(), m: size() }), { t: "2h", m: "1 KiB" }), {
    t: 7_200_000,
    m: 1024,
  });
  assert.match(problems(duration({ max: "1h" }), "2h"), /expected duration of at most 1h, found "2h"/);
  assert.match(problems(duration(), "90"), /90 has no unit/);
});

test("of a discriminated union only the chosen option speaks", () => {
  const schema = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("single"), r1: z.string() }),
    z.object({ kind: z.literal("paired"), r1: z.string(), r2: z.string() }),
  ]);
  assert.equal(problems(schema, { kind: "paired", r1: "a" }), "r2: is missing; expected text");
  assert.equal(
    problems(schema, { kind: "pared", r1: "a" }),
    'kind: expected "single" | "paired", found "pared"',
  );
});

test("of a plain union the option that comes nearest speaks", () => {
  const schema = z.union([z.string(), z.object({ a: z.int(), b: z.int() }), z.object({ c: z.int() })]);
  assert.equal(problems(schema, { a: 1, b: "x" }), 'b: expected integer, found "x"');
  assert.equal(
    problems(z.union([z.string(), z.int()]), true),
    "the value: expected text | integer, found true",
  );
});

test("a mistyped choice names the one that was meant", () => {
  assert.match(problems(z.enum(["tumor", "normal"]), "tumour"), /did you mean "tumor"\?/);
});

test("maps and sets are checked inside, and copied only when something changes", () => {
  const map = new Map([["a", 1]]);
  assert.equal(valueOf(z.map(z.string(), z.int()), map), map);
  assert.deepEqual(valueOf(z.map(z.string(), duration()), new Map([["a", "1s"]])), new Map([["a", 1000]]));
  assert.deepEqual(valueOf(z.set(duration()), new Set(["1s"])), new Set([1000]));
  assert.equal(problems(z.map(z.string(), z.int()), new Map([["a", "x"]])), 'a: expected integer, found "x"');
});

test("names that every object has are fields like others", () => {
  const schema = z.object({ constructor: z.string().optional(), toString: z.int() });
  assert.equal(problems(schema, { toString: 1 }), "");
  assert.equal(problems(schema, {}), "toString: is missing; expected integer");
  const proto: TypeIr = {
    kind: "record",
    fields: Object.fromEntries([["__proto__", { type: { kind: "integer" } }]]),
  };
  assert.equal(problemsOf(proto, JSON.parse('{"__proto__": 1}')), "");
  assert.equal(problemsOf(proto, {}), "__proto__: is missing; expected integer");
});

test("an instance of a class is not a record", () => {
  class Sample {
    readonly id = "a";
  }
  assert.equal(
    problems(z.object({ id: z.string() }), new Sample()),
    "the value: expected record, found an instance of Sample",
  );
});

test("the error of a misfit names what did not fit", () => {
  const result = compileCheck(fromZod(z.int()))("x");
  assert.throws(
    () => acceptedValue(result, 'The input of "align"'),
    (error) => {
      return (
        isLigaseError(error, "type-mismatch") &&
        error.message.startsWith('The input of "align" does not fit its type:')
      );
    },
  );
});
