import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { assignable, describeType, fieldAt, typeAt } from "./assignable.ts";
import { fromZod, type AnySchema } from "./from-zod.ts";
import { dir, duration, file, sheet, size, taskType } from "./schemas.ts";

const verdict = (from: AnySchema, to: AnySchema): true | string => {
  const result = assignable(fromZod(from), fromZod(to));
  return result === true ? true : `${result.path}: ${result.reason}`;
};

const row = z.object({ id: z.string() });

test("these types may stand for those", () => {
  const pairs: readonly [AnySchema, AnySchema][] = [
    [z.any(), z.int()],
    [z.int(), z.any()],
    [z.int(), z.number()],
    [z.int(), duration()],
    [size(), z.number()],
    [z.enum(["a", "b"]), z.string()],
    [z.enum(["a"]), z.enum(["a", "b"])],
    [z.literal([1, 2]), z.int()],
    [z.boolean(), z.literal([true, false])],
    [z.iso.date(), z.string()],
    [z.string(), z.email()],
    [z.string().refine(() => true, "ok"), z.string()],
    [z.int(), z.int().nullable()],
    [z.int(), z.union([z.string(), z.number()])],
    [z.union([z.literal("a"), z.int()]), z.union([z.string(), z.number()])],
    [z.boolean(), z.union([z.literal(true), z.literal(false)])],
    [z.tuple([z.int(), z.int()]), z.array(z.number())],
    [z.object({ a: z.int() }), z.object({ a: z.number(), b: z.string().optional(), c: z.int().default(1) })],
    [z.object({ a: z.int(), b: z.int() }), z.looseObject({ a: z.int() })],
    [z.object({ a: z.int().default(1) }), z.object({ a: z.int() })],
    [z.object({ a: z.int(), b: z.int() }), z.record(z.string(), z.number())],
    [file(), file(".bam")],
    [file(".bam"), file()],
    [file(".fastq.gz"), file(".gz")],
    [file(".bam"), file(".bam", ".cram")],
    [sheet(row), z.array(row)],
    [z.array(row), sheet(row)],
    [
      taskType({ input: z.object({ a: z.number() }), output: z.int() }),
      taskType({ input: z.object({ a: z.int() }), output: z.number() }),
    ],
    [
      z.object({ k: z.enum(["x", "y"]) }),
      z.discriminatedUnion("k", [z.object({ k: z.literal("x") }), z.object({ k: z.literal("y") })]),
    ],
  ];
  for (const [from, to] of pairs) assert.equal(verdict(from, to), true);
});

test("these types may not, and the reason says where and why", () => {
  const pairs: readonly [AnySchema, AnySchema, RegExp][] = [
    [z.number(), z.int(), /expected integer, found number/],
    [z.string(), z.enum(["a"]), /expected "a", found text/],
    [z.enum(["a", "c"]), z.enum(["a", "b"]), /expected "a" \| "b", found "a" \| "c"/],
    [z.string(), z.int(), /expected integer, found text/],
    [z.string(), z.iso.date(), /expected date, found text/],
    [z.int().nullable(), z.int(), /expected integer, found null/],
    [z.union([z.string(), z.int()]), z.int(), /found text/],
    [z.int().max(3), z.int().min(5), /ranges do not meet/],
    [z.string().max(3), z.string().min(5), /lengths do not meet/],
    [z.array(z.string()), z.array(z.int()), /\[0\]: expected integer/],
    [z.array(z.int()).max(2), z.array(z.int()).min(3), /at least 3 items/],
    [z.array(z.int()), z.tuple([z.int()]), /expected \[integer\]/],
    [
      z.object({ a: z.int(), lnae: z.int() }),
      z.object({ a: z.int(), lane: z.int().optional() }),
      /lnae: .*did you mean "lane"\?/,
    ],
    [z.object({}), z.object({ a: z.object({ b: z.int() }) }), /a: is missing; expected \{ b: integer \}/],
    [z.object({ a: z.int().optional() }), z.object({ a: z.int() }), /a: may be absent/],
    [z.record(z.string(), z.int()), z.object({ a: z.int() }), /expected \{ a: integer \}/],
    [
      file(".bam"),
      file(".fastq.gz"),
      /expected a file that ends with \.fastq\.gz, found one that ends with \.bam/,
    ],
    [file(), dir(), /expected folder, found file/],
    [z.date(), z.iso.date(), /expected date, found instant/],
    [taskType({ output: z.string() }), taskType({ output: z.int() }), /expected integer, found text/],
    [
      z.object({ r: z.object({ bam: file(".sam") }) }),
      z.object({ r: z.object({ bam: file(".bam") }) }),
      /^r\.bam: /,
    ],
  ];
  for (const [from, to, reason] of pairs) assert.match(String(verdict(from, to)), reason);
});

test("lazy access finds the type of a part, through null and named checks", () => {
  const ir = fromZod(
    z
      .object({ bam: file(".bam"), list: z.array(z.int()), maybe: z.object({ n: z.int() }).nullable() })
      .refine(() => true, "ok"),
  );
  assert.deepEqual(typeAt(ir, "bam"), { kind: "file", extensions: [".bam"] });
  assert.deepEqual(typeAt(fromZod(file()), "size"), { kind: "size" });
  assert.deepEqual(fieldAt(fromZod(z.array(z.int())), 0), { type: { kind: "integer" }, optional: true });
  assert.equal(typeAt(fromZod(z.array(z.int())), "length"), undefined);
  assert.deepEqual(fieldAt(fromZod(z.object({ n: z.int() }).nullable()), "n"), {
    type: { kind: "integer" },
    optional: true,
  });
  assert.deepEqual(typeAt(fromZod(z.tuple([z.int(), z.string()])), 1), { kind: "text" });
  assert.deepEqual(typeAt(fromZod(sheet(row)), "0"), fromZod(row));
  assert.equal(typeAt(ir, "bamm"), undefined);
  assert.equal(typeAt(ir, "toString"), undefined);
});

test("a part of a union is what every option has", () => {
  const ir = fromZod(z.union([z.object({ a: z.int(), b: z.int() }), z.object({ a: z.string() })]));
  assert.deepEqual(typeAt(ir, "a"), { kind: "union", options: [{ kind: "integer" }, { kind: "text" }] });
  assert.equal(typeAt(ir, "b"), undefined);
});

test("types read like TypeScript", () => {
  const schema = z.object({
    id: z.string(),
    lanes: z.array(z.int()).optional(),
    kind: z.enum(["a", "b"]).nullable(),
  });
  assert.equal(describeType(fromZod(schema)), '{ id: text; lanes?: integer[]; kind: "a" | "b" | null }');
  assert.equal(describeType(fromZod(z.array(z.union([z.int(), z.string()])))), "(integer | text)[]");
});
