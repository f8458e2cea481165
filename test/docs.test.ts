import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { COMMANDS } from "../cli/src/commands.ts";
import { COMMON_OPTIONS } from "../cli/src/options.ts";
import { readOptions } from "../cli/src/read-options.ts";
import { anchorsOf, codeBlocks, linksOf, quotedIn, type CodeBlock } from "./markdown.ts";
import { readText, repositoryFiles, ROOT } from "./source-files.ts";

/*
 * What the documents say is true: their code compiles, what is marked `run` runs and gives what they show, their
 * commands exist, their links lead somewhere. A block's words:
 *   ts run=NAME         runs that workflow or task; `approve` or `reject` decides its gates, other words are its inputs
 *   ts in=FOLDER        its relative imports start in that folder of the repository
 *   json result         the value of the run before it
 *   text refusal        lines that the run before it is refused with; it has run nothing
 *   csv NAME            a file beside the code
 */

const CHECKED = new Set(["ts", "json", "csv", "text", "sh", "console", "mermaid"]);
const LIGASE = join(ROOT, "cli/bin/ligase.js");
/** Paths of this repository, as documents write them: from the root, or from `engine/src`. */
const PATH =
  /^(?:(?:sdk|engine|cli|testkit|examples|benchmarks|docs|scripts|test|\.ci)\/[\w./-]*[\w/]|[\w/-]+\.ts)$/;
const BASES = [ROOT, join(ROOT, "engine/src")];

/** How the code is compiled: as the repository is, but that imports of its files are absolute. */
const PROJECT = {
  extends: join(ROOT, "tsconfig.json"),
  compilerOptions: { rewriteRelativeImportExtensions: false },
  include: ["**/*.ts"],
  exclude: ["node_modules"],
};

/** The API reports are declarations without what they import: a test of the packages keeps them true. */
const documents = repositoryFiles().filter((file) => file.endsWith(".md") && !file.startsWith("etc/"));
const blocks = documents.flatMap(codeBlocks);
const placeOf = ({ file, line }: CodeBlock): string => `${file}:${line}`;

test("every block of code is in a language that is checked here", () => {
  assert.deepEqual(blocks.filter(({ language }) => !CHECKED.has(language)).map(placeOf), []);
});

test("every link leads to a file and a heading that exist", () => {
  const broken = documents.flatMap((file) =>
    linksOf(file)
      .filter((link) => !/^[a-z]+:/.test(link) && !exists(file, link))
      .map((link) => `${file}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

function exists(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(target).has(anchor);
}

test("every file that a document names exists", () => {
  const missing = documents.flatMap((file) =>
    quotedIn(file)
      .filter((quoted) => PATH.test(quoted) && !BASES.some((base) => existsSync(join(base, quoted))))
      .map((quoted) => `${file}: ${quoted}`),
  );
  assert.deepEqual(missing, []);
});

test("every rule of the engine has a row in ARCHITECTURE.md", () => {
  const text = readText("ARCHITECTURE.md");
  const rules = [
    ...Array.from({ length: 12 }, (_, at) => `R${at + 1}`),
    ...Array.from({ length: 24 }, (_, at) => `C${at + 1}`),
  ];
  assert.deepEqual(
    rules.filter((rule) => !text.includes(`\n| ${rule} `)),
    [],
  );
});

test("every npm script that a document names exists", () => {
  const { scripts } = JSON.parse(readText("package.json")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const named = documents.flatMap((file) =>
    Array.from(readText(file).matchAll(/npm run ([\w:]+)/g), ([, name = ""]) => ({ file, name })),
  );
  assert.deepEqual(
    named.filter(({ name }) => !(name in scripts)),
    [],
  );
});

test("every command line that a document shows can be read by the program", async () => {
  for (const block of blocks) {
    const lines = Array.from(block.text.matchAll(/^\$ ligase (.+)$/gm), ([, line = ""]) => line);
    for (const line of lines)
      await assert.doesNotReject(() => readCommand(line), `${placeOf(block)}: ${line}`);
  }
});

/** Reads a command as the program does; what is in quotes is one word. Inputs of `run` depend on its file. */
async function readCommand(line: string): Promise<void> {
  const [name = "", ...argv] = Array.from(
    line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([word, a, b]) => a ?? b ?? word,
  );
  const entry = COMMANDS[name];
  assert.ok(entry, `there is no command ${name}`);
  const { options, positionals, leaveRestAfter } = await entry.load();
  readOptions(argv, {
    command: name,
    usage: name,
    options: { ...options, ...COMMON_OPTIONS },
    positionals,
    leaveRestAfter,
  });
}

suite("the code in the documents", { concurrency: 2 }, () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ligase-docs-")));
  before(() => writeAll(folder));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  test("compiles", async () => {
    const { output, errors } = await runNode(
      [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder],
      folder,
    );
    assert.equal(errors, "");
    // What is wrong in the repository itself is not the documents' matter.
    assert.deepEqual(
      output.split("\n").filter((line) => /^[^.\s].*error TS/.test(line)),
      [],
    );
  });

  for (const [at, block] of blocks.entries()) {
    if (block.language !== "ts" || !block.words.has("run")) continue;
    test(`runs and gives what ${placeOf(block)} shows`, async () => {
      await runBlock({ block, shown: blocks[at + 1], path: join(folder, pathOf(block)) });
    });
  }
});

/** Each block is a module of its own, in a folder for each document. */
const pathOf = (block: CodeBlock): string =>
  join(block.file.replaceAll(/[/.]/g, "-"), `line-${block.line}.ts`);

function writeAll(folder: string): void {
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  write(join(folder, "tsconfig.json"), JSON.stringify(PROJECT));
  for (const block of blocks) {
    const path = join(folder, pathOf(block));
    if (block.language === "ts") write(path, withImports(block));
    if (block.language === "csv")
      for (const name of block.words.keys()) write(join(dirname(path), name), block.text);
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function withImports({ text, words }: CodeBlock): string {
  const from = words.get("in");
  return from === undefined ? text : text.replaceAll(/ from "\.\//g, ` from "${join(ROOT, from)}/`);
}

interface Shown {
  readonly block: CodeBlock;
  /** The block that follows, which may show the result. */
  readonly shown: CodeBlock | undefined;
  readonly path: string;
}

async function runBlock({ block, shown, path }: Shown): Promise<void> {
  const { run = "", ...inputs } = Object.fromEntries(block.words);
  const flags = Object.entries(inputs).flatMap(([name, value]) =>
    value === "" ? [`--${name}`] : [`--${name}`, value],
  );
  const args = [LIGASE, "run", "--root", `.ligase-${block.line}`, basename(path), run, "--json", ...flags];
  const { output, errors, code } = await runNode(args, dirname(path));
  if (shown?.words.has("refusal") === true) {
    assert.equal(code, 2, output);
    for (const line of shown.text.trimEnd().split("\n"))
      assert.ok(
        (output + errors).includes(JSON.stringify(line).slice(1, -1)),
        `${line}\nnot in\n${output}${errors}`,
      );
    return;
  }
  assert.equal(code, 0, output + errors);
  const { value } = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as { readonly value: unknown };
  if (shown?.words.has("result") === true) assert.deepEqual(value, JSON.parse(shown.text));
}

function runNode(
  args: readonly string[],
  cwd: string,
): Promise<{ output: string; errors: string; code: number }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd, timeout: 120_000 }, (_error, output, errors) =>
      resolve({ output, errors, code: child.exitCode ?? -1 }),
    );
  });
}
