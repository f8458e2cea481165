import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test, type TestContext } from "node:test";
import { Project, type Ran } from "../../testkit/src/project.ts";
import type { Refusal } from "../../testkit/src/run-file.ts";

const FLOW = `import { dir, file, File, map, out, script, sh, sheet, task, workflow, z } from "ligase";
import { ran } from "./ran.ts";
export const lines = script({ name: "lines", input: { reads: file(".fastq.gz", ".fq.gz") }, output: out.stdout(),
  command: ({ reads }) => sh\`echo lines >> $LOG; zcat \${reads} | wc -l\` });
export const folder = script({ name: "folder", input: { from: dir() }, output: out.stdout(), command: ({ from }) => sh\`echo folder >> $LOG; ls \${from}\` });
export const wrong = task({ name: "wrong", input: { how: z.string() }, output: z.object({ n: z.number(), list: z.array(z.string()) }) }, ({ how }) => {
  ran("wrong");
  const values = { text: { n: "1", list: [] }, missing: { n: 1 }, item: { n: 1, list: ["a", 2] }, nothing: undefined, fn: { n: 1, list: [], f: () => 1 } };
  return values[how];
});
export const outOfType = task({ name: "unencodable", output: z.any() }, () => new (class Thing {})());
export const leaves = script({ name: "leaves", input: { path: z.string() }, output: ({ path }) => ({ made: out.file(path) }),
  command: ({ path }, o) => sh\`mkdir -p "$(dirname \${path})"; echo text > \${o.made}\` });
export const linked = script({ name: "linked", output: { made: out.file("link") }, command: (_, o) => sh\`ln -s /etc/hostname \${o.made}\` });
export const secretive = script({ name: "secretive", secrets: { TOKEN: "nobody-has" }, output: out.stdout(), command: () => sh\`true\` });
export const sheeted = workflow({ name: "sheeted", input: { rows: sheet(z.object({ id: z.string(), reads: file() })) } }, ({ rows }) => map(rows, (row) => lines({ reads: row.reads })));
export const tool = script({ name: "tool", output: out.stdout(), command: () => sh\`no-such-tool-anywhere --version\` });
export const unknown = script({ name: "unknown-interpreter", output: out.stdout(), command: () => sh\`#!/usr/bin/env no-such-interpreter
print 1\` });
export const lost = task({ name: "lost", output: file() }, () => File.at("/no/such/file"));
`;

const make = (t: TestContext): Project => Project.make(t, { "flow.ts": FLOW });

/** The error of an ending, refused or failed, with the words that it must have. */
function assertError(ending: Ran | Refusal, code: string, ...words: readonly RegExp[]): void {
  const error = "refused" in ending ? ending.refused : ending.error;
  assert.equal(error?.code, code, JSON.stringify(error ?? ending));
  for (const word of words) assert.match(JSON.stringify(error), word);
  const { remedy } = error as { remedy?: string };
  assert.ok(remedy !== undefined && remedy !== "", "it has a remedy");
}

test("an input file that is missing is refused before anything runs, and leaves no run", async (t) => {
  const project = make(t);
  assertError(
    await project.ending("lines", { reads: "no/such.fastq.gz" }),
    "file-not-found",
    /no\/such\.fastq\.gz/,
  );
  assert.deepEqual(project.executed(), []);
  project.write({ "good.fastq.gz": "" });
  assert.equal(((await project.ending("lines", { reads: "good.fastq.gz" })) as Ran).jobs[0]?.number, 1);
});

test("all missing files of a sheet are refused at once, by row, column and path, before anything runs", async (t) => {
  const project = make(t);
  project.write({
    "a/good.fastq.gz": "",
    "a/rows.csv": "id,reads\nS1,good.fastq.gz\nS2,no.gz\nS3,../gone.gz\n",
  });
  assertError(
    await project.ending("sheeted", { rows: "a/rows.csv" }),
    "argument-not-valid",
    /rows\.csv, row 3, column \\"reads\\": there is no file .*a\/no\.gz/,
    /rows\.csv, row 4, column \\"reads\\": there is no file .*\/gone\.gz/,
  );
  assertError(await project.ending("sheeted", { rows: "nowhere.csv" }), "argument-not-valid", /nowhere\.csv/);
  assert.deepEqual(project.executed(), []);
});

test("an input file of another kind is refused with the kinds that are accepted", async (t) => {
  const project = make(t);
  project.write({ "reads.bam": "" });
  assertError(
    await project.ending("lines", { reads: "reads.bam" }),
    "argument-not-valid",
    /\.fastq\.gz/,
    /reads\.bam/,
  );
});

test("arguments that are missing, misspelt or of another type are refused by their names", async (t) => {
  const project = make(t);
  project.write({ "good.fastq.gz": "" });
  assertError(await project.ending("lines", {}), "argument-not-valid", /reads/);
  assertError(
    await project.ending("lines", { reads: "good.fastq.gz", raeds: 1 }),
    "argument-not-valid",
    /raeds/,
  );
  assertError(await project.ending("lines", { reads: 7 }), "argument-not-valid", /reads/);
  assertError(await project.ending("lines", []), "argument-not-valid");
  assertError(await project.ending("no-such", {}), "not-runnable", /no-such/, /lines/);
});

test("a truncated gzip fails the script with what the tool said", async (t) => {
  const project = make(t);
  const whole = gzipSync("@r\nACGT\n+\nFFFF\n".repeat(10_000));
  writeFileSync(project.path("cut.fastq.gz"), whole.subarray(0, whole.length / 2));
  const { status, error } = await project.run("lines", { reads: "cut.fastq.gz" });
  assert.equal(status, "failed");
  assert.equal(error?.kind, "user");
  assert.match(JSON.stringify(error), /unexpected end of file/);
});

test("a folder given for a file, a file for a folder, and one that cannot be read are refused", async (t) => {
  const project = make(t);
  project.write({ "a.fastq.gz/x": "", plain: "" });
  assertError(await project.ending("lines", { reads: "a.fastq.gz" }), "file-is-a-folder");
  assertError(await project.ending("folder", { from: "plain" }), "folder-is-a-file");
  assertError(await project.ending("folder", { from: "nowhere" }), "file-not-found");
  assertError(await project.ending("folder", { from: "plain/below" }), "file-not-found");
});

test("a folder with a file that cannot be read is refused by its name", async (t) => {
  const project = make(t);
  project.write({ "closed/secret": "" });
  chmodSync(project.path("closed/secret"), 0);
  assertError(
    await project.ending("folder", { from: "closed" }, { asNobody: true }),
    "file-not-readable",
    /secret/,
  );
});

for (const [how, path] of [
  ["text", "n"],
  ["missing", "list"],
  ["item", "list"],
  ["nothing", ""],
] as const) {
  test(`a result that is not of its type fails the job, with the place in it: ${how}`, async (t) => {
    const project = make(t);
    const ending = await project.run("wrong", { how });
    assert.equal(ending.status, "failed");
    assertError(ending, "type-mismatch", new RegExp(path));
    project.executed();
    await project.run("wrong", { how });
    assert.deepEqual(project.executed(), ["wrong"], "nothing was recorded that could answer");
  });
}

test("a result that cannot be stored fails the job", async (t) => {
  const ending = await make(t).run("unencodable");
  assertError(ending, "value-not-encodable", /Thing/);
});

test("a result that names a file which is not there fails the job", async (t) => {
  const ending = await make(t).run("lost");
  assertError(ending, "file-not-found", /no\/such\/file/);
});

for (const path of ["../outside.txt", "deep/../../outside.txt", "$PROJECT/absolute.txt"]) {
  test(`an output path that leaves the work folder is refused, and nothing there becomes a result: ${path}`, async (t) => {
    const project = make(t);
    project.write({ "absolute.txt": "mine" });
    const ending = await project.run("leaves", { path: path.replace("$PROJECT", project.folder) });
    assertError(ending, "path-leaves-folder");
    assert.ok(existsSync(project.path("absolute.txt")), "it is not taken away");
  });
}

test("an output that is a link out of the work folder does not move what it leads to", async (t) => {
  const before = existsSync("/etc/hostname");
  const ending = await make(t).run("linked");
  assert.equal(existsSync("/etc/hostname"), before);
  if (ending.status === "failed") assert.notEqual(ending.error?.code, undefined);
});

test("a tool that is not installed is named, with a remedy", async (t) => {
  const project = make(t);
  assertError(await project.run("tool"), "tool-not-found", /no-such-tool-anywhere/);
});

test("a secret that is not there fails the job, with where to put it", async (t) => {
  assertError(await make(t).run("secretive"), "secret-not-found", /LIGASE_SECRET_NOBODY_HAS/);
});

test("an interpreter that is not installed is named", async (t) => {
  const { status, error } = await make(t).run("unknown-interpreter");
  assert.equal(status, "failed");
  assert.match(JSON.stringify(error), /no-such-interpreter/);
});

test("a file of code that does not parse, or is not there, is refused", async (t) => {
  const project = make(t);
  project.write({ "broken.ts": "export const x = (;", "missing.ts": 'import "./not-there.ts";' });
  for (const [name, code] of [
    ["broken.ts", "code-not-parsable"],
    ["missing.ts", "module-not-found"],
    ["nowhere.ts", "workflow-file-not-found"],
  ] as const) {
    assertError(await project.ending("top", {}, { file: project.path(name) }), code);
  }
  mkdirSync(project.path("a-folder"));
  assertError(await project.ending("top", {}, { file: project.path("a-folder") }), "workflow-file-not-found");
});

test("names with line breaks in every place are kept: task arguments, tags, file names, errors", async (t) => {
  const project = make(t);
  const name = `a "b" 'c'\n$d.fastq.gz`;
  writeFileSync(join(project.folder, name), gzipSync("x\ny\n"));
  const { value, error } = await project.run("lines", { reads: name }, { tags: { "a\nb": "'\"" } });
  assert.deepEqual([value, error], ["2", null]);
});
