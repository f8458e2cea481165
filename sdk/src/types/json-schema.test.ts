import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { fieldsFromZod, fromZod } from "./from-zod.ts";
import { toJsonSchema } from "./json-schema.ts";
import { duration, file } from "./schemas.ts";
import { canonicalType } from "./type-hash.ts";

test("a form finds titles, defaults, limits and hints in the JSON Schema", () => {
  const ir = fieldsFromZod({
    reads: file(".fastq.gz").meta({ title: "Reads", group: "Input" }),
    lanes: z.int().min(1).lt(9).default(2).describe("How many"),
    wait: duration().optional().meta({ unit: "h" }),
    day: z.iso.date().nullable(),
  });
  assert.deepEqual(toJsonSchema(ir), {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      reads: {
        title: "Reads",
        type: "string",
        format: "uri-reference",
        "x-ligase": { kind: "file", extensions: [".fastq.gz"], group: "Input" },
      },
      lanes: { description: "How many", type: "integer", minimum: 1, exclusiveMaximum: 9, default: 2 },
      wait: { type: ["string", "integer"], minimum: 0, "x-ligase": { kind: "duration", unit: "h" } },
      day: {
        anyOf: [{ type: "string", format: "date", "x-ligase": { kind: "date" } }, { type: "null" }],
        "x-ligase": { kind: "date" },
      },
    },
    required: ["reads", "day"],
    additionalProperties: false,
  });
});

test("the order of fields and choices is not part of the hash, their names and defaults are", () => {
  const first = canonicalType(fromZod(z.object({ a: z.int(), b: z.enum(["x", "y"]).default("x") })));
  assert.equal(canonicalType(fromZod(z.object({ b: z.enum(["y", "x"]).default("x"), a: z.int() }))), first);
  assert.notEqual(
    canonicalType(fromZod(z.object({ a: z.int(), b: z.enum(["x", "y"]).default("y") }))),
    first,
  );
});

test("a field that is named like a part of the description counts", () => {
  const named = canonicalType(fromZod(z.object({ about: z.int(), kind: z.string() })));
  assert.equal(named, canonicalType(fromZod(z.object({ kind: z.string(), about: z.int() }))));
  assert.notEqual(named, canonicalType(fromZod(z.object({ kind: z.string() }))));
});

test("the order of the options of a plain union counts, since the first that fits is taken", () => {
  assert.notEqual(
    canonicalType(fromZod(z.union([z.string(), z.int()]))),
    canonicalType(fromZod(z.union([z.int(), z.string()]))),
  );
});
