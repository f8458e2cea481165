import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { apiReport, apiReportFile } from "../scripts/api-report.ts";
import { buildPackages, ROOT, type BuiltPackage } from "../scripts/packages.ts";

/** What the published packages depend on; a copy of what is installed stands in for a registry. */
const DEPENDENCIES = [
  "zod",
  "acorn",
  "hono",
  "@hono/node-server",
  "@hono/zod-openapi",
  "@hono/zod-validator",
  "@asteasolutions/zod-to-openapi",
  "openapi3-ts",
  "yaml",
];

suite("the published packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "ligase-packages-"));
  const app = join(folder, "app");
  let packages: readonly BuiltPackage[] = [];

  before(() => {
    packages = buildPackages(join(folder, "build"));
    install(packages, app);
    for (const [name, text] of Object.entries(PROJECT)) writeFileSync(join(app, name), text);
  });
  after(() => rmSync(folder, { recursive: true }));

  test("have the interface that the committed API reports show", () => {
    for (const built of packages) {
      const file = apiReportFile(built);
      if (file === undefined) continue;
      const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
      assert.equal(apiReport(built), committed, `The interface of ${built.name} differs: npm run api`);
    }
  });

  test("are well-formed for every module resolver", async () => {
    for (const built of packages) {
      const { messages, pkg } = await publint({
        pkgDir: built.folder,
        level: "warning",
        strict: true,
        pack: false,
      });
      assert.deepEqual(
        messages.map((message) => formatMessage(message, pkg)),
        [],
        built.name,
      );
    }
  });

  test("can be imported from plain JavaScript", () => {
    for (const { name } of packages) {
      const script = `console.log(Object.keys(await import(${JSON.stringify(name)})).length > 0)`;
      assert.equal(runNode(["--input-type=module", "--eval", script], app), "true", name);
    }
  });

  test("have programs that tell their version", () => {
    for (const { name, version } of packages) {
      for (const program of programsOf(join(app, "node_modules", name))) {
        assert.ok(runNode([program, "--version"], app).endsWith(version), program);
      }
    }
  });

  test("have beside their code every program that the code starts by its URL", () => {
    const started = packages.flatMap((built) => programsBeside(join(built.folder, "dist")));
    assert.ok(started.length > 0);
    assert.deepEqual(
      started.filter((program) => !existsSync(program)),
      [],
    );
  });

  test("run a workflow with a task, a gate and a script; only what changed is computed again", () => {
    const waiting = ligase(app, "run", "--no-wait", "release.ts", "release");
    assert.equal(waiting.status, 0, waiting.all);
    const [run] = JSON.parse(ligase(app, "runs", "--json").out) as readonly { readonly id: string }[];
    const approved = ligase(app, "approve", run?.id ?? "", "quality");
    assert.equal(approved.status, 0, approved.all);
    const resumed = ligase(app, "resume", run?.id ?? "");
    assert.match(resumed.out, /released at 0\.93/, resumed.all);

    const again = ligase(app, "run", "--approve", "release.ts", "release");
    assert.match(again.out, /released at 0\.93/, again.all);
    assert.equal(readFileSync(join(app, "measured.txt"), "utf8"), "x");
    writeFileSync(join(app, "measure.ts"), "export const measure = (): number => 0.5;\n");
    const changed = ligase(app, "run", "--approve", "release.ts", "release");
    assert.match(changed.out, /released at 0\.5/, changed.all);
    assert.equal(readFileSync(join(app, "measured.txt"), "utf8"), "xx");
  });

  test("tell where in the user's file a task failed", () => {
    const failed = ligase(app, "run", "failing.ts", "failing");
    assert.equal(failed.status, 1, failed.all);
    assert.match(failed.all, /failing\.ts:4:/);
  });

  test("know definitions by their places and errors across doors, with stacks that can be read", () => {
    const told = JSON.parse(runNode(["twice.js"], app)) as Readonly<Record<string, unknown>>;
    assert.deepEqual(told["known"], [true, true, true]);
    assert.match(String(told["first"]), /twice\.js:5:/);
    assert.match(String(told["second"]), /twice\.js:7:/);
    assert.match(String(told["stack"]), /at registerTask /);
  });
});

/** A project with what runs in other processes and threads, and with what is asked of places in a user's files. */
const PROJECT = {
  "measure.ts": "export const measure = (): number => 0.93;\n",
  "release.ts": `
import { appendFileSync } from "node:fs";
import { approve, format, out, script, sh, task, workflow, z } from "ligase";
import { measure } from "./measure.ts";

const rate = task({ name: "rate", output: z.number() }, () => {
  appendFileSync("measured.txt", "x");
  return measure();
});
const write = script({
  name: "write",
  input: { rate: z.number() },
  output: out.file("rate.txt"),
  command: ({ rate }, path) => sh\`head -c 2000000 /dev/zero > \${path}; echo \${rate} >> \${path}\`,
});
export const release = workflow({ name: "release" }, () => {
  const approved = approve(rate({}), { name: "quality" });
  return { text: format\`released at \${approved}\`, file: write({ rate: approved }) };
});
`,
  "failing.ts": `
import { task, workflow, z } from "@ligase/sdk";
const fail = task({ name: "fail", output: z.number() }, () => {
  throw new Error("not today");
});
export const failing = workflow({ name: "failing" }, () => fail({}));
`,
  "twice.js": `
import { isLigaseError, task, z } from "ligase";
import { isLigaseError as isToo } from "@ligase/sdk";
import { isLigaseError as isAsWell } from "@ligase/sdk/values";
task({ name: "once", output: z.number() }, () => 1);
try {
  task({ name: "once", output: z.number() }, () => 2);
} catch (error) {
  const known = [isLigaseError, isToo, isAsWell].map((is) => is(error, "task-name-taken"));
  console.log(JSON.stringify({ known, ...error.params, stack: error.stack }));
}
`,
} as const;

/** The program as it is installed. */
function ligase(app: string, ...args: readonly string[]) {
  const program = join(app, "node_modules/ligase/bin/ligase.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: app,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, out: stdout, all: stdout + stderr };
}

/** Packs the packages as npm would publish them, and unpacks the archives where npm would install them. */
function install(packages: readonly BuiltPackage[], app: string): void {
  const modules = join(app, "node_modules");
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(app, "package.json"), `{ "type": "module", "private": true }\n`);
  const folders = packages.map(({ folder }) => folder);
  const packed = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", app, ...folders], {
      cwd: app,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as readonly { readonly name: string; readonly filename: string }[];
  for (const { name, filename } of packed) {
    mkdirSync(join(modules, name), { recursive: true });
    execFileSync("tar", ["-xzf", join(app, filename), "-C", join(modules, name), "--strip-components=1"]);
  }
  for (const name of DEPENDENCIES) {
    cpSync(join(ROOT, "node_modules", name), join(modules, name), { recursive: true });
  }
}

function programsBeside(code: string): readonly string[] {
  const text = readdirSync(code)
    .filter((file) => file.endsWith(".js"))
    .map((file) => readFileSync(join(code, file), "utf8"));
  const urls = text.join("\n").matchAll(/new URL\(`\.\/([\w-]+)\$\{extname\d*\(import\.meta\.url\)\}`/g);
  return Array.from(urls, ([, name]) => join(code, `${name}.js`));
}

function programsOf(installed: string): readonly string[] {
  const { bin = {} } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    readonly bin?: Readonly<Record<string, string>>;
  };
  return Object.values(bin)
    .map((program) => join(installed, program))
    .filter((program) => existsSync(program));
}

function runNode(args: readonly string[], cwd: string): string {
  return execFileSync(process.execPath, args, { cwd, encoding: "utf8" }).trim();
}
