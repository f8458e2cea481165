import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { decode, encode } from "../values/codec.ts";
import { compileCheck } from "./check.ts";
import { fieldsFromZod, fromZod } from "./from-zod.ts";
import { toJsonForm } from "./json-form.ts";
import { toJsonSchema } from "./json-schema.ts";
import { compileParse } from "./parse.ts";
import { assignable, describeType } from "./assignable.ts";
import { anySchema, plainData, plainSchema, type SchemaSample } from "./testing/arbitrary-schema.ts";
import { canonicalType } from "./type-hash.ts";

const sampleWithValue = (samples: fc.Arbitrary<SchemaSample>): fc.Arbitrary<[z.ZodType, unknown]> =>
  samples.chain(({ schema, value }) => fc.tuple(fc.constant(schema), value));

test("a value that fits is accepted and given back as the same object", () => {
  fc.assert(
    fc.property(sampleWithValue(anySchema), ([schema, value]) => {
      const result = compileCheck(fromZod(schema))(value);
      assert.deepEqual(result, { ok: true, value });
      assert.ok(result.ok && Object.is(result.value, value));
    }),
  );
});

test("the JSON form of a value is read back to the same value", () => {
  fc.assert(
    fc.property(sampleWithValue(anySchema), ([schema, value]) => {
      const ir = fromZod(schema);
      const sent: unknown = JSON.parse(JSON.stringify(toJsonForm(ir, value)));
      assert.deepEqual(compileParse(ir)(sent), { ok: true, value });
    }),
  );
});

test("a value that was stored and read again still fits its type", () => {
  fc.assert(
    fc.property(sampleWithValue(plainSchema), ([schema, value]) => {
      assert.equal(compileCheck(fromZod(schema))(decode(encode(value))).ok, true);
    }),
  );
});

test("Zod and the check agree on any plain data", () => {
  fc.assert(
    fc.property(plainSchema, plainData, ({ schema }, value) => {
      assert.equal(compileCheck(fromZod(schema))(value).ok, schema.safeParse(value).success);
    }),
    { numRuns: 2_000 },
  );
});

test("Zod and the check agree on data with one part exchanged", () => {
  fc.assert(
    fc.property(sampleWithValue(plainSchema), plainData, fc.nat(), ([schema, value], other, place) => {
      const damaged = exchangePart(value, other, place);
      assert.equal(compileCheck(fromZod(schema))(damaged).ok, schema.safeParse(damaged).success);
    }),
    { numRuns: 2_000 },
  );
});

test("defaults are filled in as Zod does, and filling them in twice changes nothing", () => {
  fc.assert(
    fc.property(sampleWithValue(plainSchema), fc.boolean(), ([schema, value], given) => {
      const record = z.strictObject({ field: schema.default(value as never), other: z.string() });
      const check = compileCheck(fromZod(record));
      const bound = check(given ? { field: value, other: "x" } : { other: "x" });
      assert.deepEqual(bound, { ok: true, value: { field: value, other: "x" } });
      assert.ok(bound.ok && Object.is((check(bound.value) as typeof bound).value, bound.value));
      assert.deepEqual(bound.value, record.parse(given ? { field: value, other: "x" } : { other: "x" }));
    }),
  );
});

test("a description changes no hash, a change of a field does", () => {
  fc.assert(
    fc.property(anySchema, fc.string(), ({ schema }, words) => {
      const plain = canonicalType(fieldsFromZod({ field: schema }));
      const described = fieldsFromZod({
        field: schema.meta({ title: words, description: words, unit: words }),
      });
      assert.equal(canonicalType(described), plain);
      assert.notEqual(canonicalType(fieldsFromZod({ field: schema.nullish() })), plain);
      assert.notEqual(canonicalType(fieldsFromZod({ fields: schema })), plain);
    }),
  );
});

test("every type is assignable to itself, to a nullable of it and to any", () => {
  fc.assert(
    fc.property(anySchema, ({ schema }) => {
      const ir = fromZod(schema);
      assert.equal(assignable(ir, ir), true);
      assert.equal(assignable(ir, { kind: "nullable", inner: ir }), true);
      assert.equal(assignable(ir, { kind: "any" }), true);
    }),
  );
});

test("every type has words and a JSON Schema that is JSON", () => {
  fc.assert(
    fc.property(anySchema, ({ schema }) => {
      const ir = fromZod(schema);
      const json = toJsonSchema(ir);
      assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
      assert.ok(describeType(ir).length > 0);
    }),
  );
});

/** Puts another value in the place of some part: the value itself, an item or a field. */
function exchangePart(value: unknown, other: unknown, place: number): unknown {
  if (typeof value !== "object" || value === null || place % 3 === 0) return other;
  const keys = Object.keys(value);
  const key = keys[place % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const part = exchangePart((value as Record<string, unknown>)[key], other, Math.floor(place / 3));
  if (Array.isArray(value)) return value.with(Number(key), part);
  const { [key]: _old, ...rest } = value as Record<string, unknown>;
  // An absent field and an undefined one are the same to Ligase, not to Zod: leave it out for both.
  return part === undefined ? rest : { ...rest, [key]: part };
}
