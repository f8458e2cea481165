import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { isLigaseError } from "@ligase/sdk";
import { placesOf } from "./code/places.ts";
import { createTaskHasher } from "./code/task-hash.ts";
import { loadWorkflowFile } from "./load.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "ligase-bundled-")));
after(() => rmSync(root, { recursive: true, force: true }));
const bundler = dirname(createRequire(import.meta.url).resolve("esbuild/package.json"));
let projects = 0;

function write(files: Readonly<Record<string, string>>): string {
  const folder = join(root, `p${projects++}`);
  for (const [name, text] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(bundler, join(folder, "node_modules/esbuild"));
  return folder;
}

describe("a file beyond type stripping", () => {
  it("with enums, parameter properties, decorators, path aliases and packages is loaded through the bundler", async () => {
    const folder = write({
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      "flow.ts": `import { Base } from "@/base.ts"; import { gc } from "dna";
enum Base2 { A = 5 }
const marked: unknown[] = [];
const mark = (x: unknown, _context: unknown) => void marked.push(x);
@mark class Sample { constructor(readonly id: number) {} }
export const found = [Base.T, Base2.A, gc, new Sample(7).id, marked.length];`,
      "src/base.ts": "export enum Base { A, T }",
      "node_modules/dna/package.json": '{"name":"dna","type":"module","exports":"./i.js"}',
      "node_modules/dna/i.js": "export const gc = 40;",
    });
    const { module } = await loadWorkflowFile(join(folder, "flow.ts"));
    assert.deepEqual(module["found"], [1, 5, 40, 7, 1]);
  });

  it("keeps the places of its modules: in stack traces, and in import.meta", async () => {
    const folder = write({
      "flow.ts":
        'import { place, url } from "./lib/place.ts";\nenum A { B }\nexport const all = [place(), url, import.meta.dirname];',
      "lib/place.ts":
        "export const place = (): string =>\n  new Error().stack?.split('\\n')[1] ?? '';\nexport const url = import.meta.url;",
    });
    const { module } = await loadWorkflowFile(join(folder, "flow.ts"));
    const [stack, url, home] = module["all"] as string[];
    assert.match(stack ?? "", /lib\/place\.ts:2:3\)?$/);
    assert.ok(url?.endsWith("/lib/place.ts"));
    assert.equal(home, folder);
  });

  it("with a syntax error or a missing import says where", async () => {
    for (const [text, column] of [
      ["enum A { B }\nexport const b = ;", 18],
      ['enum A { B }\nimport "./nothing.ts";', 8],
    ] as const) {
      const folder = write({ "flow.ts": text });
      await assert.rejects(
        loadWorkflowFile(join(folder, "flow.ts")),
        (error) =>
          isLigaseError(error, "code-not-parsable") && error.message.includes(`flow.ts:2:${column} `),
      );
    }
  });

  it("is hashed like any other: helpers count, comments do not", () => {
    const hash = (value: string, note = ""): string => {
      const text = `import { task } from "ligase";${note}
import { Base } from "./base.ts";
const mark = (x: unknown, _context: unknown) => void x;
@mark class Sample {}
export const a = task({ name: "a" }, (x: number) => [x, Base.T, new Sample()]);`;
      const folder = write({ "flow.ts": text, "base.ts": `export enum Base { A, T = ${value} }` });
      const file = join(folder, "flow.ts");
      const code = createTaskHasher().hash({ file, ...placesOf(text)(text.indexOf("task({")) });
      assert.deepEqual(code.warnings, []);
      assert.equal(readFileSync(file, "utf8"), text);
      return code.hash;
    };
    assert.notEqual(hash("1"), hash("2"));
    assert.equal(hash("1"), hash("1", " // note"));
  });
});
