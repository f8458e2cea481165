import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changes, ENTRY, hashOf, LIGASE, warningsOf, type Files } from "./testing/test-project.ts";

const BODY =
  LIGASE +
  'import { clean } from "./lib/clean.ts";\nexport const a = task({ name: "a" }, async (x: string) => clean(x));\n';

describe("helpers of a task", () => {
  const project = {
    [ENTRY]: BODY,
    "lib/clean.ts":
      'import { LIMIT } from "./limits.ts";\nexport const clean = (x: string) => x.slice(0, LIMIT);\nexport const other = () => 1;\n',
    "lib/limits.ts": "export const LIMIT = 20;\nexport const UNUSED = 1;\n",
  };

  it("a constant two modules away changed: the hash changes", () => {
    assert.ok(changes(project, { "lib/limits.ts": "export const LIMIT = 21;\nexport const UNUSED = 1;\n" }));
  });

  it("a helper's body changed: the hash changes", () => {
    assert.ok(changes(project, { "lib/clean.ts": project["lib/clean.ts"].replace("slice(0", "slice(1") }));
  });

  it("an unrelated function or constant in a reached module changed: it does not", () => {
    assert.ok(!changes(project, { "lib/clean.ts": project["lib/clean.ts"].replace("=> 1", "=> 2") }));
    assert.ok(!changes(project, { "lib/limits.ts": "export const LIMIT = 20;\nexport const UNUSED = 2;\n" }));
  });

  it("comments, formatting, quotes, parentheses, commas and types changed: it does not", () => {
    const text = `// A note.
import { LIMIT } from './limits.ts'
type Text = string;
interface Unused { readonly a: number }
export const clean = (
  x: Text | string,
): string => ((x as Text).slice((0), LIMIT,)) /* end */
export const other = () => { return 3 }`;
    assert.ok(!changes(project, { "lib/clean.ts": text }));
  });

  it("the project moved to another folder, or a helper to another file: it does not", () => {
    assert.equal(hashOf(project), hashOf(project));
    const moved = {
      ...project,
      "lib/clean.ts": project["lib/clean.ts"].replace("./limits.ts", "../deep/limits.ts"),
      "deep/limits.ts": project["lib/limits.ts"],
    };
    assert.equal(hashOf(moved), hashOf(project));
  });

  it("a helper replaced by another of the same name in the same place: it changes", () => {
    assert.ok(
      changes(project, { "lib/limits.ts": "export const LIMIT = Number('20');\nexport const UNUSED = 1;\n" }),
    );
  });
});

describe("files beside the code", () => {
  const plain = {
    [ENTRY]:
      'import { asset, task } from "ligase";\nexport const a = task({ name: "a" }, async () => asset("./plot.py").path);\n',
    "plot.py": "print(1)",
  };
  const project = {
    [ENTRY]:
      'import { task } from "ligase";\nimport { PLOT } from "./lib/plots.ts";\nexport const a = task({ name: "a" }, async () => PLOT);\n',
    "lib/plots.ts":
      'import * as ligase from "@ligase/sdk";\nexport const PLOT = ligase.asset("../plot.py");\nexport const OTHER = ligase.asset("../other.py");\n',
    "plot.py": "print(1)",
    "other.py": "print(1)",
  };

  it("the content of an asset in the task's body changed: the hash changes", () => {
    assert.ok(changes(plain, { "plot.py": "print(2)" }));
    assert.equal(hashOf(plain), hashOf(plain));
  });

  it("the content of an asset of a helper changed: it changes; of one that is not reached: it does not", () => {
    assert.ok(changes(project, { "plot.py": "print(2)" }));
    assert.ok(!changes(project, { "other.py": "print(2)" }));
  });

  it("a function of the project that is named asset too reads nothing", () => {
    const own = {
      ...plain,
      [ENTRY]: plain[ENTRY].replace("asset, task", "task") + "const asset = (path: string) => ({ path });\n",
    };
    assert.ok(!changes(own, { "plot.py": "print(2)" }));
  });
});

describe("ways to reach code", () => {
  const variants: Readonly<Record<string, { readonly entry: string; readonly lib: string }>> = {
    "a namespace member": {
      entry: 'import * as lib from "./lib.ts";BODY lib.used()',
      lib: "export function used() { return 1 }",
    },
    "a namespace passed on": {
      entry: 'import * as lib from "./lib.ts";BODY Object.values(lib)',
      lib: "export function used() { return 1 }",
    },
    "a default import": {
      entry: 'import used from "./lib.ts";BODY used()',
      lib: "export default function () { return 1 }",
    },
    "a default expression": {
      entry: 'import used from "./lib.ts";BODY used()',
      lib: "export default () => 1",
    },
    "a renamed import": {
      entry: 'import { used as mine } from "./lib.ts";BODY mine()',
      lib: "const x = () => 1; export { x as used }",
    },
    "a class method": {
      entry: 'import { Used } from "./lib.ts";BODY new Used().go()',
      lib: "export class Used { go() { return 1 } }",
    },
    "an object of helpers": {
      entry: 'import { used } from "./lib.ts";BODY used.go()',
      lib: "export const used = { go: () => 1 }",
    },
    "a destructured constant": {
      entry: 'import { used } from "./lib.ts";BODY used',
      lib: "export const { used } = { used: 1 }",
    },
    "a dynamic import": { entry: 'BODY (await import("./lib.ts")).used', lib: "export const used = 1" },
    "an import for effect": { entry: 'import "./lib.ts";BODY 0', lib: "globalThis.used = 1" },
    "a body given by name": {
      entry: 'import { body } from "./lib.ts";export const a = task({ name: "a" }, body);',
      lib: "export const body = () => 1",
    },
    "an inline run": {
      entry: 'import { used } from "./lib.ts";export const a = task({ name: "a", run: () => used });',
      lib: "export const used = 1",
    },
    "a refinement of the input": {
      entry: 'import { S } from "./lib.ts";export const a = task({ name: "a", input: { s: S } }, () => 0);',
      lib: 'import { z } from "ligase";export const S = z.string().refine((s) => s.length > 1)',
    },
    "a refinement built by a helper": {
      entry:
        'import { check } from "./lib.ts";export const a = task({ name: "a", input: { s: z.string().refine(check(7)) } }, () => 0);',
      lib: "export const check = (n) => (s) => s.length > n + 1",
    },
    "an assignment to the module's own state": {
      entry: 'import { used } from "./lib.ts";BODY used',
      lib: "export let used = 0; used += 1",
    },
  };
  for (const [name, { entry, lib }] of Object.entries(variants)) {
    it(`${name} counts`, () => {
      const body = entry.includes("BODY")
        ? `${entry.replace("BODY", 'export const a = task({ name: "a" }, async () => ')});`
        : entry;
      assert.ok(changes({ [ENTRY]: LIGASE + body, "lib.ts": lib }, { "lib.ts": lib.replaceAll("1", "2") }));
    });
  }

  it("another member of a namespace does not count", () => {
    const entry = `${LIGASE}import * as lib from "./lib.ts";\nexport const a = task({ name: "a" }, () => lib.used);`;
    const lib = "export const used = 1; export const unused = 5;";
    assert.ok(!changes({ [ENTRY]: entry, "lib.ts": lib }, { "lib.ts": lib.replace("5", "6") }));
  });

  it("re-exports are followed, by name, by star, as a namespace, and in circles", () => {
    for (const barrel of [
      'export { used } from "./lib.ts"',
      'export { inner as used } from "./mid.ts"',
      'export * from "./barrel.ts"; export * from "./mid.ts"; export * from "./lib.ts"',
      'import { used } from "./lib.ts"; export { used }',
      'export * as used from "./lib.ts"',
    ]) {
      const files = {
        [ENTRY]: `${LIGASE}import { used } from "./barrel.ts";\nexport const a = task({ name: "a" }, () => used);`,
        "barrel.ts": barrel,
        "mid.ts": 'export { used as inner } from "./lib.ts"; export * from "./barrel.ts";',
        "lib.ts": "export const used = 1;",
      };
      assert.ok(changes(files, { "lib.ts": "export const used = 2;" }), barrel);
    }
  });

  it("circular imports end, and count", () => {
    const files = {
      [ENTRY]: `${LIGASE}import { even } from "./even.ts";\nexport const a = task({ name: "a" }, (n) => even(n));`,
      "even.ts": 'import { odd } from "./odd.ts"; export const even = (n) => n === 0 || odd(n - 1);',
      "odd.ts": 'import { even } from "./even.ts"; export const odd = (n) => n !== 0 && even(n - 1);',
    };
    assert.ok(changes(files, { "odd.ts": files["odd.ts"].replace("n - 1", "n - 2") }));
  });

  it("subpath imports and path aliases lead to the project's files", () => {
    for (const [manifest, tsconfig] of [
      ['{"type":"module","imports":{"#lib/*":"./src/*"}}', "{}"],
      ['{"type":"module"}', '{ // aliases\n "compilerOptions": { "paths": { "#lib/*": ["./src/*"], }, } }'],
    ]) {
      const files = {
        "package.json": manifest ?? "",
        "tsconfig.json": tsconfig ?? "",
        [ENTRY]: `${LIGASE}import { used } from "#lib/lib.ts";\nexport const a = task({ name: "a" }, () => used);`,
        "src/lib.ts": "export const used = 1;",
      };
      assert.ok(changes(files, { "src/lib.ts": "export const used = 2;" }));
      assert.deepEqual(warningsOf(files), []);
    }
  });
});

describe("what happens while a module loads", () => {
  const entry = (lib: string): Files => ({
    [ENTRY]: `${LIGASE}import { used } from "./lib.ts";\nexport const a = task({ name: "a" }, () => used);`,
    "lib.ts": `export const used = new Map();\n${lib}`,
  });

  it("a side effect in a reached module changed: the hash changes", () => {
    for (const effect of [
      'used.set("a", 1);',
      "export const size = used.set('b', 1).size;",
      "function fill() { used.set('c', 1) }\nconst done = fill();",
    ]) {
      assert.notEqual(hashOf(entry(effect)), hashOf(entry(effect.replace("1", "2"))), effect);
    }
  });

  it("a constant computed without side effects counts only where it is used", () => {
    for (const calm of [
      "const other = [1].map((x) => x * 2);",
      "const twice = (x) => x * 2; export const four = twice(1);",
      "class Other { static size = 1 }",
    ]) {
      assert.equal(hashOf(entry(calm)), hashOf(entry(calm.replace("1", "3"))), calm);
    }
  });

  it("side effects of a module that only passes a name on count", () => {
    const files = {
      [ENTRY]: `${LIGASE}import { used } from "./barrel.ts";\nexport const a = task({ name: "a" }, () => used);`,
      "barrel.ts": 'import "./setup.ts"; export { used } from "./lib.ts";',
      "lib.ts": "export const used = 1;",
      "setup.ts": "globalThis.mode = 1;",
    };
    assert.ok(changes(files, { "setup.ts": "globalThis.mode = 2;" }));
  });

  it("a module imported for its types alone does not count", () => {
    const files = {
      [ENTRY]: `${LIGASE}import { type T } from "./lib.ts";\nimport type { U } from "./lib.ts";\nexport const a = task({ name: "a" }, (x: T | U) => x);`,
      "lib.ts": "export type T = 1; export type U = 2; globalThis.mode = 1;",
    };
    assert.ok(!changes(files, { "lib.ts": "export type T = 1; export type U = 2; globalThis.mode = 2;" }));
  });

  it("an imported JSON file counts by its value", () => {
    const files = {
      [ENTRY]: `${LIGASE}import limits from "./limits.json" with { type: "json" };\nexport const a = task({ name: "a" }, () => limits.max);`,
      "limits.json": '{"max":1}',
    };
    assert.ok(changes(files, { "limits.json": '{"max":2}' }));
    assert.ok(!changes(files, { "limits.json": '{ "max": 1 }\n' }));
  });
});
