import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { apiReport, apiReportFile } from "../scripts/api-report.ts";
import { buildPackages, ROOT, type BuiltPackage } from "../scripts/packages.ts";

/** What the published packages depend on; a copy of what is installed stands in for a registry. */
const DEPENDENCIES = ["zod", "acorn"];

suite("the published packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "ligase-packages-"));
  const app = join(folder, "app");
  let packages: readonly BuiltPackage[] = [];

  before(() => {
    packages = buildPackages(join(folder, "build"));
    install(packages, app);
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
});

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
