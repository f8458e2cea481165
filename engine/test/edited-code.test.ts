import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Project } from "../../testkit/src/project.ts";

/* C22: code that is edited while a run goes on computes nothing for it. */

/** What `multiply` multiplies by is in a file that another task of the run edits, and how it gets there. */
interface Way {
  readonly what: string;
  /** The file that is edited, and its text with a factor. */
  readonly file: string;
  readonly text: (factor: number) => string;
  /** Statements of the module, and the factor in the body. */
  readonly top: string;
  readonly factor: string;
  /** The child that has imported the file dies, so that another imports it. */
  readonly dies: boolean;
  /** What the error speaks of; default: the file. */
  readonly told?: string;
  readonly more?: Readonly<Record<string, string>>;
}

const module = (factor: number): string => `export const factor: number = ${factor};`;

const WAYS: readonly Way[] = [
  {
    what: "a helper that a new process imports",
    file: "factor.ts",
    text: module,
    top: 'import { factor } from "./factor.ts";',
    factor: "factor",
    dies: true,
  },
  {
    what: "a helper of a file that is bundled",
    file: "factor.ts",
    text: module,
    top: 'import { factor } from "./factor.ts"; enum Kind { A }; void Kind.A;',
    factor: "factor",
    dies: true,
  },
  {
    what: "a helper that a body imports",
    file: "factor.ts",
    text: module,
    top: "",
    factor: '(await import("./factor.ts")).factor',
    dies: false,
  },
  {
    what: "data that is imported",
    file: "factor.json",
    text: String,
    top: 'import factor from "./factor.json" with { type: "json" };',
    factor: "factor",
    dies: true,
  },
  {
    what: "a package that is installed anew",
    file: "lib/node_modules/factor/package.json",
    text: (factor) =>
      `{ "name": "factor", "version": "${factor}.0.0", "type": "module", "exports": "./v${factor}.js" }`,
    top: 'import { factor } from "./lib/factor.ts";',
    factor: "factor",
    dies: true,
    told: "lib/factor.ts",
    more: {
      "lib/factor.ts": 'export { factor } from "factor";',
      "lib/node_modules/factor/v2.js": "export const factor = 2;",
      "lib/node_modules/factor/v100.js": "export const factor = 100;",
    },
  },
  {
    what: "a file beside the code",
    file: "factor.txt",
    text: String,
    top: "",
    factor: 'Number(readFileSync(asset("./factor.txt").path, "utf8"))',
    dies: false,
  },
];

function project(t: Parameters<typeof Project.make>[0], way: Way): Project {
  return Project.make(t, {
    "flow.ts": `
import { readFileSync, writeFileSync } from "node:fs";
import { asset, catchError, task, workflow, z } from "ligase";
import { ran } from "./ran.ts";
${way.top}
void [readFileSync, asset];
const io = { input: { x: z.number() }, output: z.number() };
const edit = task({ name: "edit", ...io, cache: false }, ({ x }) => {
  writeFileSync(${JSON.stringify(`./${way.file}`)}, ${JSON.stringify(way.text(100))});
  ${way.dies ? "process.exit(1);" : ""}
  return x;
});
const multiply = task({ name: "multiply", ...io }, async ({ x }) => { ran("multiply"); return x * ${way.factor}; });
export const top = workflow({ name: "top", input: { x: z.number() } }, ({ x }) =>
  multiply({ x: catchError(() => edit({ x }), () => x) }));
export const plain = workflow({ name: "plain", input: { x: z.number() } }, ({ x }) => multiply({ x }));
`,
    [way.file]: way.text(2),
    ...way.more,
  });
}

void suite("C22: what is edited while a run goes on is computed with in no run that began before", () => {
  for (const way of WAYS) {
    test(way.what, async (t) => {
      const edited = project(t, way);
      const options = { machine: { cpu: 1 } };
      const run = await edited.run("top", { x: 5 }, options);
      assert.deepEqual([run.status, run.error?.kind, run.error?.code], ["failed", "misuse", "code-edited"]);
      assert.match(run.error?.message ?? "", new RegExp(way.told ?? way.file));
      const resumed = await edited.run("top", {}, { ...options, resume: true });
      assert.deepEqual([resumed.status, resumed.value], ["succeeded", 500]);
      edited.write({ [way.file]: way.text(2) });
      edited.executed();
      const before = await edited.run("plain", { x: 5 }, options);
      assert.equal(before.value, 10);
      assert.deepEqual(edited.executed(), ["multiply"], "nothing is kept of the code as it was before");
    });
  }
});

test("C22: a comment may be edited while no new process is needed", async (t) => {
  const [helper] = WAYS as readonly [Way];
  const edited = project(t, { ...helper, dies: false });
  const run = await edited.run("top", { x: 5 }, { machine: { cpu: 1 } });
  assert.deepEqual([run.status, run.value], ["succeeded", 10]);
});
