import assert from "node:assert/strict";
import { chmodSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { Project } from "../../testkit/src/project.ts";

const HEAD = `import { dir, file, File, Dir, map, out, script, sh, task, workflow, z } from "ligase";
import { mkdirSync, writeFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ran } from "./ran.ts";
`;

/** A script makes an intermediate file, a function in the pool the final one; another task looks into a folder. */
const FLOW = `${HEAD}
const first = script({
  name: "first",
  input: { source: file() },
  output: { made: out.file("made.txt") },
  command: ({ source }, o) => sh\`echo first >> $LOG; tr a-z A-Z < \${source} > \${o.made}\`,
});
const second = task({ name: "second", input: { made: file() }, output: file() }, async ({ made }, ctx) => {
  ran("second");
  writeFileSync(join(ctx.folder, "final.txt"), (await made.text()) + "!");
  return File.at(join(ctx.folder, "final.txt"));
});
export const final = workflow({ name: "final", input: { source: file() } }, ({ source }) => second(first({ source })));
const folder = script({
  name: "folder",
  input: { names: z.array(z.string()) },
  output: { made: out.dir("made") },
  command: ({ names }, o) => sh\`echo folder >> $LOG; mkdir \${o.made}; cd \${o.made}; touch \${names}\`,
});
const listed = task({ name: "listed", input: { made: dir() }, output: z.array(z.string()) }, ({ made }) => {
  ran("listed");
  return readdirSync(made.path);
});
export const listing = workflow({ name: "listing", input: { names: z.array(z.string()) } }, ({ names }) => {
  const { made } = folder({ names });
  return { made, names: listed({ made }) };
});
const named = task({ name: "named", input: { f: file() }, output: z.string() }, ({ f }) => {
  ran("named " + f.name);
  return f.name;
});
export const names = workflow({ name: "names", input: { files: z.array(file()) } }, ({ files }) => map(files, (f) => named({ f })));
// A task that tells of a file outside, made by nobody in the run.
const observing = task({ name: "observing", input: { path: z.string() }, output: file(), light: true }, ({ path }) => {
  ran("observing");
  return File.at(path);
});
const size = task({ name: "size", input: { f: file() }, output: z.number() }, ({ f }) => {
  ran("size");
  return f.size;
});
export const outside = workflow({ name: "outside", input: { path: z.string() } }, ({ path }) => size({ f: observing({ path }) }));
`;

function make(t: TestContext): Project {
  return Project.make(t, { "flow.ts": FLOW, "source.txt": "hello" });
}

const pathOf = (value: unknown): string => fileURLToPath((value as { uri: string }).uri);
const input = (project: Project): { source: string } => ({ source: project.path("source.txt") });

/** Changes a file of the store, which is read-only, as somebody might from outside. */
function overwrite(path: string, text: string): void {
  chmodSync(path, 0o644);
  writeFileSync(path, text);
}

for (const [how, change] of [
  ["deleted", (path: string) => rmSync(path)],
  ["changed", (path: string) => overwrite(path, "something else")],
  ["changed to equal length", (path: string) => overwrite(path, "jello!")],
] as const) {
  test(`24: a result file ${how} outside is made again`, async (t) => {
    const project = make(t);
    const { value } = await project.run("final", input(project));
    assert.equal(readFileSync(pathOf(value), "utf8"), "HELLO!");
    assert.deepEqual(project.executed(), ["first", "second"]);
    change(pathOf(value));
    const again = await project.run("final", input(project));
    assert.equal(readFileSync(pathOf(again.value), "utf8"), "HELLO!");
    assert.deepEqual(project.executed(), ["second"]);
    assert.deepEqual(
      (await project.run("final", input(project))).jobs.map(({ status }) => status),
      ["cached"],
    );
  });
}

test("24: an untouched result file is a hit, and a touched one of equal content is too (25)", async (t) => {
  const project = make(t);
  const { value } = await project.run("final", input(project));
  project.executed();
  for (const path of [pathOf(value), project.path("source.txt")]) {
    utimesSync(path, new Date(), new Date(Date.now() + 5_000));
    const again = await project.run("final", input(project));
    assert.deepEqual(again.value, value);
    assert.deepEqual(project.executed(), [], path);
  }
});

test("24: an intermediate file deleted while the final one is valid: a hit, made again by the full check", async (t) => {
  const project = make(t);
  const first = await project.run("first", input(project));
  const { value } = await project.run("final", input(project));
  project.executed();
  rmSync(pathOf((first.value as { made: unknown }).made));
  assert.deepEqual((await project.run("final", input(project))).value, value);
  assert.deepEqual(project.executed(), []);
  assert.deepEqual((await project.run("final", input(project), { check: "full" })).value, value);
  assert.deepEqual(project.executed(), ["first"], "equal content again: what uses it is not made again");
});

test("26: an input of the same size and the same times with other content is noticed", async (t) => {
  const project = make(t);
  const source = project.path("source.txt");
  const { atime, mtime } = statSync(source);
  await project.run("final", input(project));
  project.executed();
  writeFileSync(source, "jello");
  utimesSync(source, atime, mtime);
  const { value } = await project.run("final", input(project));
  assert.equal(readFileSync(pathOf(value), "utf8"), "JELLO!");
  assert.deepEqual(project.executed(), ["first", "second"]);
});

test("26: an input replaced by renaming, with the same size and times, is noticed", async (t) => {
  const project = make(t);
  const source = project.path("source.txt");
  await project.run("final", input(project));
  project.executed();
  const { atime, mtime } = statSync(source);
  project.write({ "other.txt": "cello" });
  utimesSync(project.path("other.txt"), atime, mtime);
  renameSync(project.path("other.txt"), source);
  const { value } = await project.run("final", input(project));
  assert.equal(readFileSync(pathOf(value), "utf8"), "CELLO!");
});

test("26a: equal bytes under another name are another call; equal bytes and name elsewhere are not", async (t) => {
  const project = make(t);
  project.write({ "a.txt": "same", "b.txt": "same", "deep/a.txt": "same" });
  const files = ["a.txt", "b.txt", "deep/a.txt"].map((name) => project.path(name));
  assert.deepEqual((await project.run("names", { files })).value, ["a.txt", "b.txt", "a.txt"]);
  assert.deepEqual(project.executed(), ["named a.txt", "named b.txt"]);
});

test("27: a file added below a folder that is a result invalidates it", async (t) => {
  const project = make(t);
  const first = await project.run("listing", { names: ["x", "y"] });
  const { made } = first.value as { made: { uri: string } };
  assert.deepEqual(project.executed(), ["folder", "listed"]);
  const path = pathOf(made);
  chmodSync(path, 0o755);
  writeFileSync(`${path}/z`, "");
  const again = await project.run("listing", { names: ["x", "y"] });
  assert.deepEqual((again.value as { names: string[] }).names, ["x", "y"]);
  assert.deepEqual(project.executed(), ["folder"]);
});

test("27: a file deleted below a folder that is a result invalidates it", async (t) => {
  const project = make(t);
  const first = await project.run("listing", { names: ["x", "y"] });
  project.executed();
  const path = pathOf((first.value as { made: unknown }).made);
  chmodSync(path, 0o755);
  rmSync(`${path}/x`);
  await project.run("listing", { names: ["x", "y"] });
  assert.deepEqual(project.executed(), ["folder"]);
});

test("C9: a file outside that a task told of changed: the task is asked again, although its arguments are the same", async (t) => {
  const project = make(t);
  const path = project.path("outside.txt");
  writeFileSync(path, "123");
  assert.equal((await project.run("outside", { path })).value, 3);
  assert.deepEqual(project.executed(), ["observing", "size"]);
  assert.equal((await project.run("outside", { path })).value, 3);
  assert.deepEqual(project.executed(), []);
  writeFileSync(path, "12345");
  assert.equal((await project.run("outside", { path })).value, 5);
  assert.deepEqual(project.executed(), ["observing", "size"]);
});

test("24: a large value whose file was deleted is made again", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
const large = task({ name: "large", output: z.string() }, () => {
  ran("large");
  return "x".repeat(100_000);
});
const length = task({ name: "length", input: { s: z.string() }, output: z.number() }, ({ s }) => {
  ran("length");
  return s.length;
});
export const top = workflow({ name: "top" }, () => length({ s: large({}) }));
`,
  });
  assert.equal((await project.run("top")).value, 100_000);
  assert.deepEqual(project.executed(), ["large", "length"]);
  rmSync(`${project.root}/values`, { recursive: true });
  assert.equal((await project.run("top", {}, { check: "full" })).value, 100_000);
  assert.deepEqual(project.executed(), ["large"]);
});
