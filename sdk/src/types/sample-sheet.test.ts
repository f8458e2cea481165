import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { isLigaseError } from "../errors/ligase-error.ts";
import type { File } from "../values/file.ts";
import { splitCsv } from "./csv.ts";
import { fromZod, type AnySchema } from "./from-zod.ts";
import { parseSheet, readSheet, type SheetRow } from "./sample-sheet.ts";
import { file } from "./schemas.ts";

const Sample = z.object({
  sample: z.string(),
  lane: z.int().min(1),
  type: z.enum(["tumor", "normal"]).default("normal"),
  paired: z.boolean().optional(),
  note: z.string().nullable(),
  r1: file(".fastq.gz"),
});

const rowsOf = (text: string, row: AnySchema = Sample, source = "samples.csv"): readonly SheetRow[] =>
  parseSheet(text, { row: fromZod(row), source, baseDir: "/data" });

const problemsOf = (text: string, row: AnySchema = Sample, source = "samples.csv"): readonly string[] =>
  readSheet(text, { row: fromZod(row), source, baseDir: "/data" }).problems;

test("cells become values of the row's type, empty ones are absent or null", () => {
  const [first, second] = rowsOf(
    '\uFEFFsample,lane,type,paired,note,r1\r\nS1,1,tumor,true,,reads/S1.fastq.gz\r\n\r\n007,2,,,"a, ""b""\nc",s3://x/S2.fastq.gz\r\n',
  );
  const { r1, ...rest } = first as { r1: File };
  assert.deepEqual(rest, { sample: "S1", lane: 1, type: "tumor", paired: true, note: null });
  assert.equal(r1.uri, "file:///data/reads/S1.fastq.gz");
  assert.deepEqual([second?.sample, second?.type, second?.note], ["007", "normal", 'a, "b"\nc']);
});

test("every wrong cell is reported with its row and column", () => {
  const text = "sample,lane,note,r1\nS1,x,,a.fastq.gz\n,0,,b.bam\n";
  assert.deepEqual(problemsOf(text), [
    'samples.csv, row 2, column "lane": expected integer, found "x"',
    'samples.csv, row 3, column "sample": expected text, found an empty cell',
    'samples.csv, row 3, column "lane": expected integer of at least 1, found 0',
    'samples.csv, row 3, column "r1": expected file(.fastq.gz), found file "b.bam"',
  ]);
});

test("files that are not there are told with row and column, also in lists, at most fifty of them", () => {
  const row = fromZod(z.object({ id: z.string(), lanes: z.array(file()), r1: file().optional() }));
  const placeProblem = ({ name }: { readonly name: string }): string | undefined =>
    name.startsWith("no") ? `there is no ${name}` : undefined;
  const read = (text: string): readonly string[] =>
    readSheet(text, { row, source: "s.tsv", baseDir: "/data", placeProblem }).problems;
  assert.deepEqual(read('id\tlanes\tr1\nA\t["a", "no-b"]\tno-1\nB\t[]\t\n'), [
    's.tsv, row 2, column "lanes" [1]: there is no no-b',
    's.tsv, row 2, column "r1": there is no no-1',
  ]);
  const many = read(`id\tlanes\tr1\n${"A\t[]\tno\n".repeat(60)}`);
  assert.deepEqual([many.length, many.at(-1)], [51, "and 10 more like these"]);
});

test("unknown, missing and doubled columns are reported together", () => {
  assert.deepEqual(
    problemsOf(
      "sample,Lane,r1,r1,note,\n",
      z.object({ sample: z.string(), lane: z.int(), r1: file(), note: z.string() }),
    ),
    [
      'samples.csv: column "r1" is there twice',
      "samples.csv: column 6 has no name",
      'samples.csv: column "Lane" is not known; did you mean "lane"?',
      'samples.csv: column "lane" is missing',
    ],
  );
});

test("empty sheets, ragged rows and broken quotes are told", () => {
  const row = z.object({ a: z.string(), b: z.string() });
  assert.deepEqual(problemsOf("", row), ["samples.csv is empty; its first row must hold the column names"]);
  assert.deepEqual(problemsOf("a,b\n", row), ["samples.csv has column names but no rows"]);
  assert.deepEqual(problemsOf("a,b\n1,2,3\n1\n", row), [
    "samples.csv, row 2: has 3 cells, the header has 2",
    "samples.csv, row 3: has 1 cells, the header has 2",
  ]);
  assert.deepEqual(problemsOf('a,b\n"1,2\n', row), ["samples.csv, row 2: a quote is not closed"]);
  assert.match(problemsOf('a,b\n"1"x,2\n', row)[0] ?? "", /row 2: text follows a closing quote/);
});

test("the delimiter is found by the extension, else by the header", () => {
  const row = z.object({ a: z.string(), b: z.string() });
  assert.deepEqual(rowsOf("a\tb\n1,5\t2\n", row, "x.tsv"), [{ a: "1,5", b: "2" }]);
  assert.deepEqual(rowsOf("a\tb\n1\t2\n", row, "x.txt"), [{ a: "1", b: "2" }]);
  assert.match(problemsOf("a;b\n1;2\n", row)[0] ?? "", /separated by ";"/);
});

test("the error of a sheet holds all problems", () => {
  assert.throws(
    () => rowsOf("a\nx\ny\n", z.object({ a: z.int() })),
    (error) => {
      return (
        isLigaseError(error, "sheet-invalid") &&
        error.params.problems.length === 2 &&
        error.message.includes("row 3")
      );
    },
  );
});

test("any table written with quotes is split into the same cells", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "\t", " ", "é") });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(",", "\t"),
      fc.constantFrom("\n", "\r\n", "\r"),
      (rows, delimiter, lineEnd) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((cells) => cells.map(quoted).join(delimiter)).join(lineEnd);
        const split = splitCsv(text, delimiter);
        assert.deepEqual(
          split.rows.map((row) => row.cells),
          rows,
        );
        assert.deepEqual(split.problems, []);
      },
    ),
  );
});
