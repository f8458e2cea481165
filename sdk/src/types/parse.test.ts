import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { callableFields, type Callable } from "../values/callable.ts";
import { Secret } from "../values/codec.ts";
import type { Dir, File } from "../values/file.ts";
import { acceptedValue, formatIssues } from "./check.ts";
import { fromZod, type AnySchema } from "./from-zod.ts";
import { compileParse, type ParseOptions } from "./parse.ts";
import { bytes, dir, duration, file, secret, sheet, size, taskType } from "./schemas.ts";

const parsed = (schema: AnySchema, value: unknown, options?: ParseOptions): unknown =>
  acceptedValue(compileParse(fromZod(schema), options)(value), "The value");

function problems(schema: AnySchema, value: unknown, options?: ParseOptions): string {
  const result = compileParse(fromZod(schema), options)(value);
  return result.ok ? "" : formatIssues(result.issues);
}

test("JSON forms become values", () => {
  const schema = z.object({
    at: z.date(),
    wait: duration(),
    memory: size(),
    blob: bytes(),
    big: z.bigint(),
    labels: z.map(z.string(), z.int()),
    ids: z.set(z.string()),
  });
  const value = {
    at: "2026-03-01T12:00:00+02:00",
    wait: "1h",
    memory: "1 KiB",
    blob: "AQI=",
    big: "12",
    labels: { a: 1 },
    ids: ["x"],
  };
  assert.deepEqual(parsed(schema, value), {
    at: new Date("2026-03-01T10:00:00Z"),
    wait: 3_600_000,
    memory: 1024,
    blob: new Uint8Array([1, 2]),
    big: 12n,
    labels: new Map([["a", 1]]),
    ids: new Set(["x"]),
  });
});

test("a path starts from the given folder, a URI stands for itself", () => {
  const local = parsed(file(".bam"), "runs/a.bam", { baseDir: "/data" }) as File;
  assert.deepEqual([local.uri, local.name, local.digest], ["file:///data/runs/a.bam", "a.bam", null]);
  const remote = parsed(file(".bam"), "s3://bucket/x/a%20b.bam?versionId=1") as File;
  assert.deepEqual([remote.uri, remote.name], ["s3://bucket/x/a%20b.bam?versionId=1", "a b.bam"]);
  assert.equal((parsed(dir(), "s3://bucket/run/") as Dir).name, "run");
});

test("a digest that comes from outside is not believed", () => {
  const given = { uri: "file:///data/upload-1", name: "a.bam", digest: "sha256:00", size: 3 };
  const { digest, name, size: bytesKnown } = parsed(file(".bam"), given) as File;
  assert.deepEqual([digest, name, bytesKnown], [null, "a.bam", -1]);
});

test("secrets and tasks are given by name", () => {
  assert.deepEqual(parsed(secret(), "token"), new Secret("token"));
  assert.deepEqual(callableFields(parsed(taskType({}), "align") as Callable), {
    kind: "task",
    name: "align",
  });
});

test("what is not the JSON form is reported as it was given", () => {
  assert.match(problems(z.date(), "2026-03-01"), /expected instant, found "2026-03-01"/);
  assert.match(problems(bytes(), "not base64!"), /expected bytes/);
  assert.match(problems(z.set(z.int()), [1, 1]), /expected each item once/);
  assert.match(problems(z.int(), "3"), /expected integer, found "3"/);
});

test("text is read by the type that is asked for", () => {
  const text = { form: "text", baseDir: "/" } as const;
  assert.equal(parsed(z.int(), "30", text), 30);
  assert.equal(parsed(z.number(), "1e-3", text), 0.001);
  assert.equal(parsed(z.string(), "30", text), "30");
  assert.equal(parsed(z.boolean(), "yes", text), true);
  assert.equal(parsed(z.literal([1, 2]), "2", text), 2);
  assert.equal(parsed(z.int().nullable(), "", text), null);
  assert.equal(parsed(z.union([z.int(), z.string()]), "x1", text), "x1");
  assert.deepEqual(parsed(z.array(z.int()), ["1", "2"], text), [1, 2]);
  assert.deepEqual(parsed(z.object({ a: z.int() }), '{"a": 1}', text), { a: 1 });
  assert.match(problems(z.int(), "3 lanes", text), /expected integer, found "3 lanes"/);
  assert.match(problems(z.int(), "", text), /expected integer/);
});

test("a sheet is a list of rows, or a file where files can be read", () => {
  const schema = z.object({ samples: sheet(z.object({ id: z.string(), r1: file(".gz") })) });
  const readText = (from: File): string => {
    assert.equal(from.uri, "file:///data/run/samples.csv");
    return "id,r1\nS1,reads/S1.gz\n";
  };
  const { samples } = parsed(schema, { samples: "run/samples.csv" }, { baseDir: "/data", readText }) as {
    samples: { r1: File }[];
  };
  assert.equal(samples[0]?.r1.uri, "file:///data/run/reads/S1.gz");
  assert.match(
    problems(schema, { samples: "run/samples.csv" }),
    /samples: expected a list of rows; a sheet cannot be read here/,
  );
  assert.equal(problems(schema, { samples: [{ id: "S1", r1: "/x.gz" }] }), "");
});

test("the problems of a sheet are those of the value", () => {
  const schema = sheet(z.object({ lane: z.int() }));
  const options = { baseDir: "/", readText: () => "lane\nx\n2\ny\n" };
  const [first, second] = problems(schema, "s.csv", options).split("\n");
  assert.match(first ?? "", /s\.csv, row 2, column "lane": expected integer, found "x"/);
  assert.match(second ?? "", /row 4/);
});
