import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, suite, test } from "node:test";
import { size, duration, file, sheet, workflow, z } from "@ligase/sdk";
import { requireTask, type TaskDefinition } from "@ligase/sdk/internal";
import { Problem } from "../problem.ts";
import { bindInputs } from "./bind-inputs.ts";
import { readFlags } from "./read-flags.ts";

suite("inputs from flags", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ligase-inputs-")));
  after(() => rmSync(folder, { recursive: true }));
  const uri = (name: string): string => pathToFileURL(join(folder, name)).href;
  writeFileSync(join(folder, "a.fq"), "A");
  writeFileSync(join(folder, "b.fq"), "B");
  writeFileSync(join(folder, "rows.csv"), "id,lane,reads\nS1,1,a.fq\nS2,2,b.fq\n");

  let count = 0;
  const define = (input: Readonly<Record<string, z.ZodType>>): TaskDefinition => {
    const name = `bind-${++count}`;
    // A name is defined at one place only.
    workflow({ name, input }, (args) => args);
    return requireTask(name);
  };
  const bind = (
    definition: TaskDefinition,
    argv: readonly string[],
    document: Readonly<Record<string, unknown>> = {},
  ): unknown => {
    const flags = readFlags(argv, { command: "run", input: definition.input, options: {}, values: {} });
    return bindInputs(definition, { flags, document, cwd: folder });
  };
  const problemsOf = (
    definition: TaskDefinition,
    argv: readonly string[],
    document?: Readonly<Record<string, unknown>>,
  ): readonly string[] => {
    try {
      bind(definition, argv, document);
    } catch (error) {
      if (error instanceof Problem) return (error as Problem<"inputs-invalid">).params.problems;
      throw error;
    }
    return [];
  };

  test("text becomes what the type wants: numbers, words, durations, sizes, files from the current folder", () => {
    const definition = define({
      n: z.int(),
      x: z.number(),
      ok: z.boolean(),
      mode: z.enum(["fast", "good"]),
      wait: duration(),
      memory: size(),
      reads: file(".fq"),
    });
    const argv = [
      "--n",
      "3",
      "--x=-0.5",
      "--ok",
      "--mode",
      "good",
      "--wait",
      "2h",
      "--memory",
      "2 GiB",
      "--reads",
      "a.fq",
    ];
    assert.deepEqual(bind(definition, argv), {
      n: 3,
      x: -0.5,
      ok: true,
      mode: "good",
      wait: 7_200_000,
      memory: 2_147_483_648,
      reads: uri("a.fq"),
    });
  });

  test("lists come from many words, repeated flags, positions or JSON", () => {
    const definition = define({
      files: z.array(file(".fq")),
      lanes: z.array(z.int()),
      grid: z.array(z.array(z.int())),
    });
    const expected = { files: [uri("a.fq"), uri("b.fq")], lanes: [1, 2], grid: [[1, 2], [3]] };
    assert.deepEqual(
      bind(definition, ["--files", "a.fq", "b.fq", "--lanes", "1", "--lanes", "2", "--grid", "[1,2]", "[3]"]),
      expected,
    );
    assert.deepEqual(
      bind(definition, [
        "--files.0",
        "a.fq",
        "--files.1",
        "b.fq",
        "--lanes",
        "[1, 2]",
        "--grid",
        "[[1,2],[3]]",
      ]),
      expected,
    );
  });

  test("nested records come from dotted flags or JSON, dictionaries from any key, unions from what fits", () => {
    const definition = define({
      sample: z.object({ id: z.string(), lane: z.int().default(1) }),
      env: z.record(z.string(), z.string()).default({}),
      depth: z.union([z.int(), z.literal("all")]),
      note: z.string().nullable().default("x"),
    });
    const expected = { sample: { id: "S1", lane: 2 }, env: { A: "1" }, depth: 30, note: null };
    assert.deepEqual(
      bind(definition, [
        "--sample.id",
        "S1",
        "--sample.lane",
        "2",
        "--env.A",
        "1",
        "--depth",
        "30",
        "--note",
        "null",
      ]),
      expected,
    );
    assert.deepEqual(
      bind(definition, ["--sample", '{"id":"S1","lane":2}', "--env", '{"A":"1"}', "--depth", "all"]),
      { ...expected, depth: "all", note: "x" },
    );
  });

  test("a sheet is a path to a CSV whose own paths start from its folder", () => {
    const definition = define({
      rows: sheet(z.object({ id: z.string(), lane: z.int(), reads: file(".fq") })),
    });
    assert.deepEqual(bind(definition, ["--rows", "rows.csv"]), {
      rows: [
        { id: "S1", lane: 1, reads: uri("a.fq") },
        { id: "S2", lane: 2, reads: uri("b.fq") },
      ],
    });
  });

  test("every file that a sheet names and that is not there is told, by row and column; so is a missing sheet", () => {
    writeFileSync(join(folder, "wrong.csv"), "id,lane,reads\nS1,1,no.fq\nS2,2,b.fq\nS3,3,sub/no.fq\n");
    const definition = define({
      rows: sheet(z.object({ id: z.string(), lane: z.int(), reads: file(".fq") })),
    });
    assert.deepEqual(problemsOf(definition, ["--rows", "wrong.csv"]), [
      `--rows: wrong.csv, row 2, column "reads": there is no file ${JSON.stringify(join(folder, "no.fq"))}`,
      `--rows: wrong.csv, row 4, column "reads": there is no file ${JSON.stringify(join(folder, "sub/no.fq"))}`,
    ]);
    assert.deepEqual(problemsOf(definition, ["--rows", "nowhere.csv"]), [
      `--rows: there is no file ${JSON.stringify(join(folder, "nowhere.csv"))}`,
    ]);
  });

  test("a document gives what flags do not, and flags win", () => {
    const definition = define({
      sample: z.object({ id: z.string(), lane: z.int() }),
      note: z.string().nullable(),
    });
    assert.deepEqual(bind(definition, ["--sample.lane", "7"], { sample: { id: "S1", lane: 1 }, note: "" }), {
      sample: { id: "S1", lane: 7 },
      note: "",
    });
  });

  test("a document means what JSON says: text is no number", () => {
    assert.deepEqual(problemsOf(define({ n: z.int() }), [], { n: "3" }), [
      '--n: expected integer, found "3"',
    ]);
  });

  test("everything that is wrong is told at once, by flag", () => {
    const definition = define({
      reads: file(".fq").describe("Reads of one lane"),
      other: file(".fq"),
      lanes: z.array(z.int()),
      knownSites: z.string(),
    });
    assert.deepEqual(problemsOf(definition, ["--other", "a.bam", "--lanes", "1", "x", "--known-site", "y"]), [
      "--known-site: there is no such input; did you mean --known-sites?",
      '--other: expected file(.fq), found file "a.bam"',
      '--lanes.1: expected integer, found "x"',
      "--reads: it is missing (file(.fq); Reads of one lane)",
      "--known-sites: it is missing (text)",
    ]);
  });

  test("a mistake inside a record is told once, at its place, beside files that are missing elsewhere", () => {
    const definition = define({
      sample: z.object({ id: z.string(), knownSites: z.array(file()).default([]) }),
      other: file().optional(),
    });
    assert.deepEqual(problemsOf(definition, ["--sample", '{ "id": 3 }', "--other", "no.fq"]), [
      "--sample.id: expected text, found 3",
      `--other: there is no file ${JSON.stringify(join(folder, "no.fq"))}`,
    ]);
    assert.deepEqual(problemsOf(definition, ["--sample.id", "S1", "--sample.known-site", "a.fq"]), [
      "--sample.known-site: there is no such input; did you mean --sample.known-sites?",
    ]);
  });

  test("files that are not there are told before anything starts", () => {
    const definition = define({ files: z.array(file(".fq")) });
    assert.deepEqual(problemsOf(definition, ["--files", "a.fq", "c.fq"]), [
      `--files.1: there is no file "${join(folder, "c.fq")}"`,
    ]);
  });
});
