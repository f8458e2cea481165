import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { isLigaseError, type LigaseError } from "@ligase/sdk";
import { loadWorkflowFile } from "./load.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "ligase-load-")));
after(() => rmSync(root, { recursive: true, force: true }));
let projects = 0;

function write(files: Readonly<Record<string, string>>): string {
  const folder = join(root, `p${projects++}`);
  for (const [name, text] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function failureOf(
  files: Readonly<Record<string, string>>,
  file = "flow.ts",
): Promise<{ code: LigaseError["code"]; text: string; cause: unknown }> {
  const folder = write(files);
  try {
    await loadWorkflowFile(join(folder, file));
  } catch (error) {
    assert.ok(isLigaseError(error), String(error));
    return {
      code: error.code,
      text: `${error.message} ${error.remedy}`.replaceAll(`${folder}/`, ""),
      cause: error.cause,
    };
  }
  return assert.fail("It was loaded");
}

describe("loading a workflow file", () => {
  it("imports TypeScript with its helpers", async () => {
    const folder = write({
      "flow.ts": 'import { two, type Two } from "./lib.ts"; export const four: number = two * (2 as Two);',
      "lib.ts": "export type Two = 2; export const two = 2;",
    });
    const { module } = await loadWorkflowFile(join(folder, "flow.ts"));
    assert.equal(module["four"], 4);
  });

  it("prints nothing of its own", async () => {
    const folder = write({ "flow.ts": "export const a: number = 1;" });
    const script = `import { loadWorkflowFile } from ${JSON.stringify(new URL("load.ts", import.meta.url).href)};
      console.log((await loadWorkflowFile(${JSON.stringify(join(folder, "flow.ts"))})).module.a);`;
    const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, flags);
    assert.deepEqual([stdout, stderr], ["1\n", ""]);
  });

  it("a file that does not exist: names the nearest ones", async () => {
    const { code, text } = await failureOf({ "flow.ts": "", "other.ts": "" }, "flwo.ts");
    assert.equal(code, "workflow-file-not-found");
    assert.match(text, /Did you mean .*flow\.ts\?/);
  });

  it("a syntax error: says file, line and column, in TypeScript and JavaScript, also in an imported file", async () => {
    const broken = "export const ok = 1;\nexport const b = ;\n";
    for (const name of ["lib.ts", "lib.mjs", "lib.js"]) {
      const { code, text } = await failureOf({ "flow.ts": `import "./${name}";`, [name]: broken });
      assert.equal(code, "code-not-parsable");
      assert.match(text, new RegExp(`^${name}:2:18 `));
    }
  });

  it("a name that a module does not export: says where it is imported", async () => {
    const { code, text } = await failureOf({
      "flow.ts": '\nimport { b } from "./lib.ts"; b;',
      "lib.ts": "export const a = 1;",
    });
    assert.equal(code, "code-not-parsable");
    assert.match(text, /^flow\.ts:2:10 .*export named 'b'/);
  });

  it("a relative import that does not exist: names the file and the nearest ones", async () => {
    for (const specifier of ["./lib.js", "./lib", "./libb.ts"]) {
      const { code, text } = await failureOf({ "flow.ts": `import "${specifier}";`, "lib.ts": "" });
      assert.equal(code, "module-not-found");
      assert.match(text, /^flow\.ts imports .*Did you mean lib\.ts\?/, specifier);
    }
  });

  it("a package that is not installed: names it", async () => {
    const { code, text } = await failureOf({ "flow.ts": 'import "@bio/formats/vcf";' });
    assert.equal(code, "package-not-found");
    assert.match(text, /npm install @bio\/formats /);
  });

  it("an error thrown while it loads: has the user's stack as cause", async () => {
    const { code, text, cause } = await failureOf({ "flow.ts": 'const a = 1;\nJSON.parse("{");' });
    assert.equal(code, "workflow-file-not-loaded");
    assert.match(text, /JSON/);
    assert.match((cause as Error).stack ?? "", /flow\.ts:2:6/);
  });

  it("syntax beyond type stripping without the bundler: says what and what to install", async () => {
    for (const [source, what] of [
      ["enum A { B }", "enum"],
      ["const mark = (x: unknown) => x;\n@mark class A {}", "decorators"],
      ["class A { constructor(private a: number) {} }", "parameter property"],
    ] as const) {
      const { code, text } = await failureOf({ "flow.ts": source });
      assert.equal(code, "bundler-missing");
      assert.match(text, new RegExp(`${what}.*npm install esbuild`), source);
    }
  });

  it("path aliases without the bundler: says so", async () => {
    const tsconfig = '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }';
    const { code, text } = await failureOf({
      "flow.ts": 'import "@/lib.ts";',
      "src/lib.ts": "",
      "tsconfig.json": tsconfig,
    });
    assert.equal(code, "bundler-missing");
    assert.match(text, /path aliases/);
  });
});
