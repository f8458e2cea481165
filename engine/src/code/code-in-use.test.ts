import assert from "node:assert/strict";
import { appendFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { loadWorkflowFile } from "../load.ts";
import { CodeInUse, codeInUse } from "./code-in-use.ts";
import { placesOf } from "./places.ts";
import { createTaskHasher } from "./task-hash.ts";
import { write } from "./testing/test-project.ts";

const edited = { code: "code-edited" };

const FLOW = `import { help } from "./help.ts";
export const a = task({ name: "a" }, async (x: number) => help(x) + (await import("./later.ts")).later);
function task(options: object, run: unknown): unknown { return [options, run]; }
`;
const HELP = "export const help = (x: number): number => x + 1;";
const PLACE = placesOf(FLOW)(FLOW.indexOf("task({"));

const project = (): string =>
  write({ "flow.ts": FLOW, "help.ts": HELP, "later.ts": "export const later = 1;" });

const hashIn = (folder: string, code: CodeInUse, cacheDir?: string): string => {
  const hasher = createTaskHasher({ code, ...(cacheDir === undefined ? {} : { cacheDir }) });
  const { hash } = hasher.hash({ file: join(folder, "flow.ts"), ...PLACE });
  hasher.save();
  return hash;
};

void suite("C22: the hash of a task", () => {
  test("is of the code that the process imported, whatever becomes of the files, kept answers or not", async () => {
    const folder = project();
    const cacheDir = join(folder, "cache");
    const before = hashIn(folder, new CodeInUse());
    await loadWorkflowFile(join(folder, "flow.ts"));
    writeFileSync(join(folder, "help.ts"), "export const help = (x: number): number => x + 2;");
    const after = hashIn(folder, new CodeInUse(), cacheDir);
    assert.notEqual(after, before, "another process has other code");
    assert.equal(hashIn(folder, codeInUse), before);
    assert.equal(hashIn(folder, codeInUse, cacheDir), before);
    assert.equal(hashIn(folder, codeInUse, cacheDir), before, "as it was kept");
    assert.equal(hashIn(folder, new CodeInUse(), cacheDir), after);
  });

  test("is refused when a module that is imported later has changed since it was hashed first", () => {
    for (const isKept of [false, true]) {
      const folder = project();
      const cacheDir = isKept ? join(folder, "cache") : undefined;
      const code = new CodeInUse();
      const before = hashIn(folder, code, cacheDir);
      assert.equal(hashIn(folder, code, cacheDir), before);
      writeFileSync(join(folder, "later.ts"), "export const later = 2;");
      hashIn(folder, new CodeInUse(), cacheDir);
      assert.throws(() => hashIn(folder, code, cacheDir), edited);
    }
  });
});

void suite("C22: what a process imports", () => {
  test("is noted with where each import leads, and an import of edited code is refused", async () => {
    const folder = project();
    const { module } = await loadWorkflowFile(join(folder, "flow.ts"));
    const facts = new Map(codeInUse.takeFresh());
    for (const name of ["flow.ts", "help.ts"]) assert.ok(facts.has(join(folder, name)), name);
    const way = `the import of ./help.ts in ${join(folder, "flow.ts")}`;
    assert.equal(facts.get(way), `file://${join(folder, "help.ts")}`);
    const [, run] = module["a"] as [unknown, (x: number) => Promise<number>];
    hashIn(folder, codeInUse);
    appendFileSync(join(folder, "later.ts"), "\nexport const more = 2;");
    await assert.rejects(run(1), edited);
  });

  test("of another process is noted as a whole or not at all", () => {
    const code = new CodeInUse();
    code.noteAll([["a.ts", "1"]]);
    assert.throws(
      () =>
        code.noteAll([
          ["b.ts", "1"],
          ["a.ts", "2"],
        ]),
      edited,
    );
    code.noteAll([["b.ts", "2"]]);
    assert.deepEqual(code.takeFresh(), [
      ["a.ts", "1"],
      ["b.ts", "2"],
    ]);
    assert.deepEqual(code.takeFresh(), []);
  });
});

test("C22: an asset is edited when its content is, not when it is touched", () => {
  const text =
    'import { asset, task } from "ligase";\nconst a = task({ name: "a" }, () => asset("./plot.py"));';
  const folder = write({ "flow.ts": text, "plot.py": "1" });
  const path = join(folder, "plot.py");
  const code = new CodeInUse();
  const place = { file: join(folder, "flow.ts"), ...placesOf(text)(text.indexOf("task({")) };
  createTaskHasher({ code }).hash(place);
  assert.equal(code.editedAsset(), null);
  utimesSync(path, 1, 1);
  assert.equal(code.editedAsset(), null);
  writeFileSync(path, "2");
  assert.equal(code.editedAsset(), path);
  assert.throws(() => createTaskHasher({ code }).hash(place), edited);
  writeFileSync(path, "1");
  assert.equal(code.editedAsset(), null);
  rmSync(path);
  assert.equal(code.editedAsset(), path);
});
