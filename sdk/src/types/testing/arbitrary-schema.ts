import fc from "fast-check";
import { z } from "zod";
import { Dir, File } from "../../values/file.ts";
import { bytes, dir, duration, file, size } from "../schemas.ts";

/** A schema and the values that fit it, in the form that tasks see. */
export interface SchemaSample {
  readonly schema: z.ZodType;
  readonly value: fc.Arbitrary<unknown>;
}

/** Random schemas of every kind whose JSON form is not ambiguous, with random values of them. */
export const anySchema: fc.Arbitrary<SchemaSample> = schemasFrom([
  ...plainLeaves(),
  leaf(
    fc.record({}).map(() => z.date()),
    () => anyDate(),
  ),
  leaf(
    fc.record({}).map(() => z.bigint()),
    () => fc.bigInt(),
  ),
  leaf(
    fc.record({}).map(() => bytes()),
    () => fc.uint8Array({ maxLength: 20 }),
  ),
  leaf(
    fc.record({}).map(() => duration()),
    () => fc.nat(),
  ),
  leaf(
    fc.record({}).map(() => size()),
    () => fc.maxSafeNat(),
  ),
  leaf(fc.constantFrom(file(), file(".bam"), file(".gz", ".bam")), () =>
    fc.webPath().map((path) => File.at(`/data${path}/x.bam`)),
  ),
  leaf(
    fc.record({}).map(() => dir()),
    () => fc.webPath().map((path) => Dir.at(`/data${path}/x`)),
  ),
]);

/** Random schemas of the kinds that Zod and Ligase both check on plain JSON. */
export const plainSchema: fc.Arbitrary<SchemaSample> = schemasFrom(plainLeaves());

/** Plain data of any shape, near enough to the schemas above to fit them at times. */
export const plainData: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.anything({
    key: fieldName(),
    maxDepth: 3,
    values: [fc.integer(), fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(null)],
  }),
  fc.constantFrom(NaN, Infinity, 0.5, 2 ** 60, undefined, "a", "b"),
);

function schemasFrom(leaves: readonly fc.Arbitrary<SchemaSample>[]): fc.Arbitrary<SchemaSample> {
  const { node } = fc.letrec<{ node: SchemaSample }>((tie) => ({
    node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, ...leaves, ...containers(tie("node"))),
  }));
  return node;
}

function leaf(
  schema: fc.Arbitrary<z.ZodType>,
  value: () => fc.Arbitrary<unknown>,
): fc.Arbitrary<SchemaSample> {
  return schema.map((made) => ({ schema: made, value: value() }));
}

function plainLeaves(): readonly fc.Arbitrary<SchemaSample>[] {
  return [
    leaf(
      fc.record({}).map(() => z.string()),
      () => fc.string(),
    ),
    fc.nat({ max: 4 }).map((n) => ({
      schema: z
        .string()
        .min(n)
        .max(n + 3),
      value: fc.string({ minLength: n, maxLength: n + 3, unit: "grapheme-ascii" }),
    })),
    leaf(
      fc.record({}).map(() => z.string().regex(/^[ab]+$/)),
      () => fc.string({ minLength: 1, unit: fc.constantFrom("a", "b") }),
    ),
    leaf(
      fc.record({}).map(() => z.number()),
      () => fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    ),
    fc.integer({ min: -9, max: 9 }).map((n) => ({
      schema: z
        .int()
        .min(n)
        .lt(n + 9),
      value: fc.integer({ min: n, max: n + 8 }),
    })),
    leaf(
      fc.record({}).map(() => z.number().multipleOf(0.5)),
      () => fc.integer({ min: -99, max: 99 }).map((n) => n / 2),
    ),
    leaf(
      fc.record({}).map(() => z.boolean()),
      () => fc.boolean(),
    ),
    leaf(
      fc.record({}).map(() => z.null()),
      () => fc.constant(null),
    ),
    leaf(
      fc.record({}).map(() => z.enum(["a", "b", "c"])),
      () => fc.constantFrom("a", "b", "c"),
    ),
    leaf(
      fc.record({}).map(() => z.literal([1, "one", true])),
      () => fc.constantFrom(1, "one", true),
    ),
    leaf(
      fc.record({}).map(() => z.iso.date()),
      () => anyDate().map((day) => day.toISOString().slice(0, 10)),
    ),
    leaf(
      fc.record({}).map(() => z.uuid()),
      () => fc.uuid(),
    ),
  ];
}

const anyDate = (): fc.Arbitrary<Date> =>
  fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") });

function containers(inner: fc.Arbitrary<SchemaSample>): readonly fc.Arbitrary<SchemaSample>[] {
  return [
    inner.map(({ schema, value }) => ({ schema: z.array(schema), value: fc.array(value, { maxLength: 4 }) })),
    inner.map(({ schema, value }) => ({
      schema: z.array(schema).min(1).max(2),
      value: fc.array(value, { minLength: 1, maxLength: 2 }),
    })),
    inner.map(({ schema, value }) => ({ schema: schema.nullable(), value: fc.option(value) })),
    inner.map(({ schema, value }) => ({
      schema: z.record(z.string(), schema),
      value: fc.dictionary(fieldName(), value, { maxKeys: 3, noNullPrototype: true }),
    })),
    fc
      .tuple(inner, inner)
      .map(([a, b]) => ({ schema: z.tuple([a.schema, b.schema]), value: fc.tuple(a.value, b.value) })),
    fc.array(fc.tuple(fieldName(), inner, fc.boolean()), { maxLength: 4 }).map(recordOf),
    fc.tuple(inner, inner).map(([a, b]) => ({
      schema: z.discriminatedUnion("k", [
        z.strictObject({ k: z.literal("a"), v: a.schema }),
        z.strictObject({ k: z.literal("b"), v: b.schema }),
      ]),
      value: fc.oneof(
        fc.record({ k: fc.constant("a"), v: a.value }, { noNullPrototype: true }),
        fc.record({ k: fc.constant("b"), v: b.value }, { noNullPrototype: true }),
      ),
    })),
  ];
}

function recordOf(fields: readonly (readonly [string, SchemaSample, boolean])[]): SchemaSample {
  const schemas: Record<string, z.ZodType> = {};
  const values: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const [name, { schema, value }, optional] of fields) {
    schemas[name] = optional ? schema.optional() : schema;
    values[name] = value;
    if (!optional) required.push(name);
  }
  const requiredKeys = required.filter((name) => schemas[name]?.type !== "optional");
  return {
    schema: z.strictObject(schemas),
    value: fc.record(values, { requiredKeys, noNullPrototype: true }),
  };
}

/** Few names, so that random data meets random schemas. */
function fieldName(): fc.Arbitrary<string> {
  return fc.constantFrom("a", "b", "k", "v", "sample id", "$x");
}
