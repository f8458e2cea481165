import assert from "node:assert/strict";
import { test } from "node:test";
import { readText, repositoryFiles } from "./source-files.ts";

/** What no file of the repository may say, and why. The patterns are written so that they do not match themselves. */
const FORBIDDEN: readonly { readonly why: string; readonly pattern: RegExp }[] = [
  { why: "a path of one machine", pattern: /(?<![\w.$}])\/(?:[w]ork|[h]ome|[r]oot|[U]sers)\/[\w.]/ },
  { why: "a temporary folder by name instead of os.tmpdir()", pattern: /["'`]\/[t]mp\b/ },
  { why: "a note to do later", pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/ },
  { why: "a licence header", pattern: /^\W*(?:[C]opyright\b|SPDX-[L]icense)/m },
  { why: "the address of a registry", pattern: /\b(?:registry\.[n]pmjs|deb\.[d]ebian)\.org/ },
];
const TEXT_FILE = /\.(ts|js|json|md|sql|sh|css|html)$|^\.ci\/|^\.npmrc$/;

const files = repositoryFiles().filter((file) => TEXT_FILE.test(file));

for (const { why, pattern } of FORBIDDEN) {
  test(`no file holds ${why}`, () => {
    const found = files.flatMap((file) => {
      const match = pattern.exec(readText(file));
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    assert.deepEqual(found, []);
  });
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifests = files.filter((file) => /^(?:[\w-]+\/)?package\.json$/.test(file));
const dependencies = manifests
  .map((file) => JSON.parse(readText(file)) as Manifest)
  .flatMap(({ dependencies: a, devDependencies: b, optionalDependencies: c }) =>
    Object.entries({ ...a, ...b, ...c }),
  );

test("every dependency is pinned to one version", () => {
  assert.deepEqual(
    dependencies.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  );
});

test("every dependency has its reason in docs/dependencies.md, and nothing else is there", () => {
  const names = dependencies
    .map(([name]) => name)
    .filter((name) => name !== "ligase" && !name.startsWith("@ligase/"));
  const documented = [...readText("docs/dependencies.md").matchAll(/^\| `([^`]+)`/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(new Set(documented), new Set(names));
});

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly resolved?: string; readonly optionalDependencies?: Readonly<Record<string, string>> }
    >
  >;
}

test("the lock file names no address and leaves out no package", () => {
  const { packages } = JSON.parse(readText("package-lock.json")) as Lock;
  const entries = Object.entries(packages);
  assert.deepEqual(
    entries.filter(([, { resolved = "" }]) => resolved.includes(":")),
    [],
  );

  const optional = entries.flatMap(([, locked]) => Object.keys(locked.optionalDependencies ?? {}));
  assert.deepEqual(
    optional.filter((name) => !Object.hasOwn(packages, `node_modules/${name}`)),
    [],
    "npm run lock",
  );
});
