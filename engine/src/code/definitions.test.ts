import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { placesOf } from "./places.ts";
import { createTaskHasher, type TaskCode } from "./task-hash.ts";
import {
  changes,
  codeOf,
  ENTRY,
  hashOf,
  LIGASE,
  warningsOf,
  write,
  type Files,
} from "./testing/test-project.ts";

describe("other tasks", () => {
  const flow = (leaf: string, own = "leaf"): string => `${LIGASE}
export const leaf = task({ name: "leaf", version: "v" }, (x) => ${leaf});
export const trim = script({ name: "trim", command: () => "${leaf}" });
export const main = task({ name: "main" }, (x) => [${own}(x), trim({ x })]);
export const all = workflow({ name: "all" }, (x) => [main(x), "${leaf}"]);`;
  const call = 'task({ name: "main"';

  it("count by name only: another task's body changed, the hash does not", () => {
    assert.equal(hashOf({ [ENTRY]: flow("x + 1") }, call), hashOf({ [ENTRY]: flow("x + 2") }, call));
  });

  it("renamed: the hash changes", () => {
    const renamed = flow("x + 1").replace('"leaf"', '"other"');
    assert.notEqual(hashOf({ [ENTRY]: flow("x + 1") }, call), hashOf({ [ENTRY]: renamed }, call));
  });

  it("imported, in objects and with placement: still by name only", () => {
    const tasks = (body: string, memory: string): string =>
      `import * as ligase from "@ligase/sdk";\nexport const tasks = { leaf: ligase.task({ name: "leaf", resources: { memory: "${memory}" } }, () => ${body}).with({ memory: "${memory}" }) };`;
    const files = {
      [ENTRY]: `${LIGASE}import { tasks } from "./tasks.ts";\nexport const main = task({ name: "main" }, (x) => tasks.leaf(x));`,
      "tasks.ts": tasks("1", "1 GiB"),
    };
    assert.ok(!changes(files, { "tasks.ts": tasks("2", "2 GiB") }, call));
  });

  it("a task that calls itself does so by name", () => {
    const files = {
      [ENTRY]: `${LIGASE}export const a = task({ name: "a" }, (n) => (n === 0 ? 0 : a(n - 1)));`,
    };
    assert.ok(changes(files, { [ENTRY]: files[ENTRY]?.replace("n - 1", "n - 2") ?? "" }));
  });
});

describe("options of a task", () => {
  const flow = (options: string): Files => ({
    [ENTRY]: `${LIGASE}export const a = task({ name: "a", ${options} }, (x) => x);`,
  });

  it("that only place it, or are in the key as values, do not count", () => {
    const plain = hashOf(flow(""));
    for (const options of [
      "resources: { cpu: 2 }",
      "retries: 3, timeout: '1h'",
      "labels: { a: 'b' }",
      "cache: false",
      "description: 'An a'",
    ]) {
      assert.equal(hashOf(flow(options)), plain, options);
    }
  });

  it("descriptions and types of the input do not count, for the key has the interface", () => {
    const schema = (text: string): Files => flow(`input: { x: z.string().describe("${text}") }`);
    assert.equal(hashOf(schema("one")), hashOf(schema("two")));
  });
});

describe("finding a definition", () => {
  it("works in arrays, objects, other calls, defaults and over many lines", () => {
    for (const wrapped of [
      "export const list = [0, DEF];",
      "export const o = { a: { b: DEF } };",
      "export const w = wrap(DEF);",
      "export default DEF;",
      "export const a =\n  DEF;",
    ]) {
      const text = (body: string): string =>
        `${LIGASE}const wrap = (x) => x;\n${wrapped.replace("DEF", `task(\n  {\n    name: "a" },\n  async () => ${body},\n)`)}\nexport const z2 = task({ name: "z" }, () => 0);`;
      const before = codeOf(write({ [ENTRY]: text("1") }), "task(\n");
      const after_ = codeOf(write({ [ENTRY]: text("2") }), "task(\n");
      assert.notEqual(before.hash, after_.hash, wrapped);
      assert.deepEqual(before.warnings, []);
    }
  });

  it("at a place where no call is takes the whole file, and warns", () => {
    const hash = (body: string): TaskCode =>
      codeOf(write({ [ENTRY]: `${LIGASE}\nexport const a = task({ name: "a" }, () => ${body});` }), "import");
    assert.deepEqual(
      hash("1").warnings.map((warning) => warning.kind),
      ["whole-file"],
    );
    assert.notEqual(hash("1").hash, hash("2").hash);
  });

  it("in a CommonJS file takes the whole file and what it requires, and warns", () => {
    const code = (value: string): TaskCode =>
      codeOf(
        write({
          "flow.cjs":
            'const { task } = require("ligase");\nconst { used } = require("./lib.cjs");\nexports.a = task({ name: "a" }, () => used);',
          "lib.cjs": `exports.used = ${value};`,
        }),
        "task({",
        "flow.cjs",
      );
    assert.notEqual(code("1").hash, code("2").hash);
    assert.equal(code("1").warnings[0]?.kind, "whole-file");
  });
});

describe("warnings", () => {
  const flow = (text: string, lib = ""): Files => ({ [ENTRY]: LIGASE + text, "lib.ts": lib });

  it("are not given for plain code", () => {
    assert.deepEqual(
      warningsOf(
        flow('const n = 1;\nexport const a = task({ name: "a" }, (x) => process.env.HOME + x + n);'),
      ),
      [],
    );
  });

  it("are given for code made from text and for computed imports", () => {
    assert.deepEqual(warningsOf(flow('export const a = task({ name: "a" }, (x) => eval(x));')), ["eval"]);
    assert.deepEqual(warningsOf(flow('export const a = task({ name: "a" }, (x) => new Function(x));')), [
      "eval",
    ]);
    assert.deepEqual(warningsOf(flow('export const a = task({ name: "a" }, (x) => import(x));')), [
      "computed-import",
    ]);
  });

  it("are given for the environment or a file read while a reached module loads", () => {
    const entry = 'import { used } from "./lib.ts";\nexport const a = task({ name: "a" }, () => used);';
    for (const lib of [
      "export const used = process.env.MODE;",
      'import { readFileSync } from "node:fs"; export const used = readFileSync("x");',
      'import fs from "node:fs"; const load = () => fs.readFileSync("x"); export const used = load();',
    ]) {
      assert.deepEqual(warningsOf(flow(entry, lib)), ["load-time-read"], lib);
    }
    assert.deepEqual(
      warningsOf(flow(entry, 'import fs from "node:fs"; export const used = () => fs.readFileSync("x");')),
      [],
    );
  });

  it("are given for tasks made in a loop, whose whole loop counts", () => {
    const loop = (value: string): Files =>
      flow(`const all = [];\nfor (const n of [${value}]) { all.push(task({ name: "a" + n }, () => n)); }`);
    assert.deepEqual(warningsOf(loop("1")), ["captured-variable"]);
    assert.notEqual(hashOf(loop("1")), hashOf(loop("2")));
  });

  it("are given for tasks made in a factory, told apart by their callers when these are known", () => {
    const text = (body: string): string =>
      `${LIGASE}const make = (name, run) => { const k = 1; return task({ name }, () => run(k)); };\nexport const a = make("a", () => ${body});`;
    const hash = (body: string): TaskCode => {
      const folder = write({ [ENTRY]: text(body) });
      const at = (call: string) => ({
        file: join(folder, ENTRY),
        ...placesOf(text(body))(text(body).indexOf(call)),
      });
      return createTaskHasher().hash({ ...at("task({"), callers: [at('make("a"')] });
    };
    assert.deepEqual(
      hash("1").warnings.map((warning) => warning.kind),
      ["captured-variable"],
    );
    assert.match(hash("1").warnings[0]?.message ?? "", /run, k|k, run/);
    assert.notEqual(hash("1").hash, hash("2").hash);
  });

  it("say where: file, line and column", () => {
    const folder = write(flow('export const a = task({ name: "a" },\n  (x) => eval(x));'));
    assert.deepEqual(
      codeOf(folder).warnings.map(({ file, line, column }) => [file, line, column]),
      [[join(folder, ENTRY), 3, 10]],
    );
  });
});
