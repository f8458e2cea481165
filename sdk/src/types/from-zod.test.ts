import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import * as mini from "zod/mini";
import { isLigaseError, type LigaseError } from "../errors/ligase-error.ts";
import { fieldFromZod, fieldsFromZod, fromZod, type AnySchema } from "./from-zod.ts";
import { duration, file, sheet, size, taskType } from "./schemas.ts";

test("text keeps its lengths, formats and patterns", () => {
  assert.deepEqual(fromZod(z.string().min(2).max(9).min(3)), { kind: "text", minLength: 3, maxLength: 9 });
  assert.deepEqual(fromZod(z.email()), { kind: "text", format: "email" });
  assert.deepEqual(fromZod(z.string().check(z.email())), { kind: "text", format: "email" });
  assert.deepEqual(fromZod(z.iso.date()), { kind: "date" });
  assert.deepEqual(fromZod(z.string().regex(/^chr/i)), { kind: "text", pattern: "^chr", flags: "i" });
});

test("a format with options keeps its pattern, so that the hash sees the options", () => {
  const withOffset = fromZod(z.iso.datetime({ offset: true }));
  assert.ok(withOffset.kind === "text" && withOffset.pattern !== undefined);
  assert.deepEqual(fromZod(z.iso.datetime()), { kind: "text", format: "datetime" });
});

test("several patterns on one text must all match", () => {
  const ir = fromZod(z.string().startsWith("chr").regex(/\d/).endsWith("M"));
  assert.ok(ir.kind === "text" && ir.pattern !== undefined);
  const pattern = new RegExp(ir.pattern, ir.flags);
  assert.deepEqual(
    ["chr1M", "chr1", "chrM", "xchr1M"].map((text) => pattern.test(text)),
    [true, false, false, false],
  );
});

test("numbers keep the tightest bounds", () => {
  assert.deepEqual(fromZod(z.number().int().min(1).gt(1).max(9)), {
    kind: "integer",
    min: { value: 1, open: true },
    max: { value: 9 },
  });
  assert.deepEqual(fromZod(z.int().multipleOf(4)), { kind: "integer", multipleOf: 4 });
  assert.deepEqual(fromZod(z.uint32()), { kind: "integer", min: { value: 0 }, max: { value: 2 ** 32 - 1 } });
  assert.deepEqual(fromZod(z.bigint().positive()), { kind: "bigint", min: { value: "0", open: true } });
});

test("optional, default and nullable are found through one another", () => {
  assert.deepEqual(fieldFromZod(z.string().nullish()), {
    type: { kind: "nullable", inner: { kind: "text" } },
    optional: true,
  });
  assert.deepEqual(fieldFromZod(z.int().default(3).optional()), {
    type: { kind: "integer" },
    default: { value: 3 },
  });
  assert.deepEqual(fieldFromZod(z.int().optional().nonoptional()), { type: { kind: "integer" } });
  assert.deepEqual(fieldFromZod(duration().prefault("2h")), {
    type: { kind: "duration" },
    default: { value: 7_200_000 },
  });
});

test("descriptions are kept, the outer over the inner", () => {
  const schema = z.string().meta({ title: "Sample", unit: "x" }).optional().describe("outside");
  const field = fieldFromZod(schema);
  assert.deepEqual(field.type.about, { title: "Sample", unit: "x", description: "outside" });
});

test("Ligase's own schemas are recognised after describe, refine and wrapping", () => {
  assert.deepEqual(fromZod(file(".bam", ".cram").describe("x")), {
    kind: "file",
    extensions: [".bam", ".cram"],
    about: { description: "x" },
  });
  assert.deepEqual(fromZod(size({ min: "1 KiB" }).readonly()), { kind: "size", minBytes: 1024 });
  assert.deepEqual(fromZod(file().refine(() => true, "is sorted")), {
    kind: "checked",
    inner: { kind: "file" },
    checks: ["is sorted"],
  });
  assert.deepEqual(fromZod(sheet(z.object({ id: z.string() }))), {
    kind: "sheet",
    row: { kind: "record", fields: { id: { type: { kind: "text" } } } },
  });
  assert.deepEqual(fromZod(taskType({ output: z.int() })), { kind: "task", output: { kind: "integer" } });
});

test("refinements become named checks: by message, by function name, by number", () => {
  function isPaired(): boolean {
    return true;
  }
  const schema = z
    .object({ a: z.int() })
    .refine(() => true, "a is even")
    .refine(isPaired)
    .superRefine(() => undefined);
  const ir = fromZod(schema);
  assert.ok(ir.kind === "checked");
  assert.deepEqual(ir.checks, ["a is even", "isPaired", "check 3"]);
});

test("records join, and names of a closed set become fields", () => {
  const both = fromZod(z.object({ a: z.int() }).and(z.object({ b: z.string() })));
  assert.deepEqual(both, fromZod(z.object({ a: z.int(), b: z.string() })));
  const counts = fromZod(z.record(z.enum(["x", "y"]), z.int()));
  assert.deepEqual(counts, fromZod(z.object({ x: z.int(), y: z.int() })));
  const partial = fromZod(z.partialRecord(z.enum(["x", "y"]), z.int()));
  assert.deepEqual(partial, fromZod(z.object({ x: z.int().optional(), y: z.int().optional() })));
});

test("native enums lose their reverse names", () => {
  const Native = { Low: 1, High: 2, 1: "Low", 2: "High" } as const;
  assert.deepEqual(fromZod(z.enum(Native)), { kind: "enum", values: [1, 2] });
});

test("schemas of zod/mini are understood too", () => {
  const schema = mini.object({ id: mini.string().check(mini.minLength(2)), n: mini.optional(mini.int()) });
  assert.deepEqual(fromZod(schema), fromZod(z.object({ id: z.string().min(2), n: z.int().optional() })));
});

test("z.json() is any data, a getter that refers to itself is an error with its path", () => {
  assert.deepEqual(fromZod(z.json()), { kind: "any" });
  const Category = z.object({
    name: z.string(),
    get children() {
      return z.array(Category);
    },
  });
  assert.throws(() => fieldsFromZod({ tree: Category }), hasCode("type-recursive", "tree.children[*]"));
});

test("what changes a value is refused with its path and kind", () => {
  const refused: readonly [AnySchema, string][] = [
    [z.string().transform((text) => text.length), "transform"],
    [z.preprocess((value) => value, z.string()), "transform"],
    [duration().transform((ms) => ms * 2), "transform"],
    [z.coerce.number(), "coerce.number"],
    [z.string().trim(), "overwrite"],
    [z.stringbool(), "transform"],
    [z.string().catch("x"), "catch"],
    [z.promise(z.string()), "promise"],
    [z.function(), "function"],
    [z.custom<string>(() => true), "custom"],
    [z.instanceof(URL), "instanceof(URL)"],
    [z.undefined(), "undefined"],
    [z.nan(), "nan"],
    [z.file(), "file"],
    [z.array(z.string().optional()), "optional"],
    [z.array(z.string().default("x")), "default"],
    [z.xor([z.string(), z.int()]), "xor"],
    [z.literal(1n), "literal"],
  ];
  for (const [schema, type] of refused) {
    assert.throws(
      () => fieldsFromZod({ outer: z.object({ field: schema }) }),
      (error) =>
        hasCode("type-not-supported", "outer.field")(error) &&
        (error as Error).message.includes(`Zod ${type}`),
      type,
    );
  }
});

test("a default that is computed is refused, whatever it computes", () => {
  let counter = 0;
  const computed: readonly AnySchema[] = [
    z.number().default(() => Math.random()),
    z.number().default(() => counter++),
    z.number().default(() => Date.now()),
    z.date().default(() => new Date()),
    z.string().default(() => new Date().toISOString()),
    z.array(z.number()).default(() => [Math.random()]),
  ];
  for (const schema of computed) {
    assert.throws(() => fieldsFromZod({ field: schema }), hasCode("type-default-not-static", "field"));
  }
  const constant = fieldFromZod(z.array(z.int()).default(() => [1]));
  assert.deepEqual(constant.default, { value: [1] });
});

test("a default that does not fit its own type is refused", () => {
  assert.throws(() => fieldsFromZod({ n: z.int().min(3).default(2) }), hasCode("type-default-invalid", "n"));
});

function hasCode(code: LigaseError["code"], path: string): (error: unknown) => boolean {
  return (error) =>
    isLigaseError(error, code) &&
    [`at ${path} `, `at ${path}[*] `].some((place) => error.message.includes(place));
}
