import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { isLigaseError } from "../errors/ligase-error.ts";
import { File, type Dir } from "../values/file.ts";
import type { Duration } from "./duration.ts";
import { fromZod } from "./from-zod.ts";
import { hasRefinements, runRefinements } from "./refinements.ts";
import { dir, duration, file, instant, sheet, size, taskType, type TaskValue } from "./schemas.ts";

/** `true` where the two types are the same, so that anything else does not compile. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

test("the types that tasks see are inferred from the schemas", () => {
  const Sample = z.object({
    r1: file(".fastq.gz"),
    out: dir(),
    wait: duration(),
    memory: size().optional(),
    at: instant(),
  });
  const same1: Same<
    z.output<typeof Sample>,
    { r1: File; out: Dir; wait: number; memory?: number | undefined; at: Date }
  > = true;
  const same2: Same<z.input<typeof Sample>["wait"], Duration> = true;
  const Row = z.object({ id: z.string(), lane: z.int().default(1) });
  const rows = sheet(Row);
  const same3: Same<z.output<typeof rows>, { id: string; lane: number }[]> = true;
  const same4: Same<z.input<typeof rows>, File | { id: string; lane?: number | undefined }[]> = true;
  const task = taskType({ input: Row, output: z.int() });
  const same5: Same<z.output<typeof task>, TaskValue<z.input<typeof Row>, number>> = true;
  assert.ok(same1 && same2 && same3 && same4 && same5);
});

test("a default of an amount is written as the amount is, also after a description or a check", () => {
  const Wait = z.object({
    soak: duration().default("2h").describe("How long"),
    poll: duration({ max: "1m" })
      .describe("How often")
      .refine((ms) => ms > 0)
      .default("30s"),
    memory: size().default("2 GiB"),
    cache: size().default(1024),
  });
  const same: Same<z.input<typeof Wait>["soak"], Duration | undefined> = true;
  const sameOut: Same<z.output<typeof Wait>["soak"], number> = true;
  assert.ok(same && sameOut);
  const expected = { soak: 7_200_000, poll: 30_000, memory: 2 ** 31, cache: 1024 };
  assert.deepEqual(Wait.parse({}), expected, "by Zod alone");
  const type = fromZod(Wait);
  assert.ok(type.kind === "record");
  const defaults = Object.entries(type.fields).map(([name, field]) => [name, field.default?.value]);
  assert.deepEqual(Object.fromEntries(defaults), expected);
  assert.deepEqual(type.fields["soak"]?.type.about, { description: "How long" });
});

test("a default that is no such amount, or beyond its limits, is an error", () => {
  // @ts-expect-error There is no such unit.
  const wrong = (): unknown => duration().default("2 parsecs");
  assert.throws(wrong, (error) => isLigaseError(error, "duration-invalid") && /parsecs/.test(error.message));
  assert.throws(
    () => fromZod(z.object({ wait: duration({ max: "1h" }).default("2h") })),
    (error) => isLigaseError(error, "type-default-invalid") && /at most 1h/.test(error.message),
  );
});

test("a file is an extension away from a type error", () => {
  // @ts-expect-error An extension begins with a dot.
  const wrong = (): unknown => file("bam");
  assert.throws(
    wrong,
    (error) => isLigaseError(error, "extension-invalid") && error.remedy.includes('file(".bam")'),
  );
});

test("the schemas do on their own what the check does", () => {
  assert.equal(duration().parse("1h 30m"), 5_400_000);
  assert.equal(size({ max: "1 MiB" }).safeParse("2 MiB").success, false);
  assert.equal(duration().safeParse("90").success, false);
  assert.equal(file(".bam").safeParse(File.at("/x/a.bam")).success, true);
  assert.equal(file(".bam").safeParse(File.at("/x/a.sam")).success, false);
});

test("named checks run on values that the type has accepted, in rows of a sheet too", async () => {
  const Row = z
    .object({ a: z.int(), b: z.int() })
    .refine((row) => row.a < row.b, { message: "a is below b", path: ["a"] });
  const schema = z.object({
    rows: sheet(Row),
    wait: duration(),
    unique: z.string().refine(async (text) => text !== "x", "is free"),
  });
  assert.equal(hasRefinements(fromZod(schema)), true);
  assert.equal(hasRefinements(fromZod(z.object({ wait: duration() }))), false);
  const good = { rows: [{ a: 1, b: 2 }], wait: 5, unique: "y" };
  const accepted = await runRefinements(schema, good);
  assert.ok(accepted.ok && accepted.value === good);
  const refused = await runRefinements(schema, { rows: [{ a: 3, b: 2 }], wait: 5, unique: "x" });
  assert.ok(!refused.ok);
  assert.deepEqual(
    refused.issues.map((issue) => [issue.path, issue.message]),
    [
      [["rows", 0, "a"], "a is below b"],
      [["unique"], "is free"],
    ],
  );
});
