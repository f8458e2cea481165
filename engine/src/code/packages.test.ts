import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { changes, codeOf, ENTRY, LIGASE, write } from "./testing/test-project.ts";

describe("packages", () => {
  const files = {
    "package.json": '{"type":"module","dependencies":{"dna":"1.0.0"}}',
    [ENTRY]: `${LIGASE}import { gc } from "dna/gc";\nexport const a = task({ name: "a" }, (x) => gc(x));\nexport const b = task({ name: "b" }, (x) => x);`,
    "node_modules/dna/package.json": '{"name":"dna","version":"1.0.0","dependencies":{"base":"*"}}',
    "node_modules/dna/gc.js": "export const gc = () => 1",
    "node_modules/base/package.json": '{"name":"base","version":"1.0.0"}',
  };
  const lock = (integrity: string): string =>
    JSON.stringify({
      packages: {
        "": {},
        "node_modules/dna": { version: "1.0.0", integrity: "sha512-a", dependencies: { base: "*" } },
        "node_modules/base": { version: "1.0.0", integrity },
      },
    });

  it("count by version, with what they depend on", () => {
    assert.ok(
      changes(files, {
        "node_modules/dna/package.json": files["node_modules/dna/package.json"].replace("1.0.0", "1.0.1"),
      }),
    );
    assert.ok(changes(files, { "node_modules/base/package.json": '{"name":"base","version":"1.1.0"}' }));
    assert.ok(!changes(files, { "node_modules/dna/gc.js": "export const gc = () => 2" }));
  });

  it("count by their integrity in the lock file", () => {
    const locked = { ...files, "package-lock.json": lock("sha512-b") };
    assert.ok(changes(files, { "package-lock.json": lock("sha512-b") }));
    assert.ok(changes(locked, { "package-lock.json": lock("sha512-c") }));
    assert.ok(
      changes(locked, {
        "node_modules/dna/package.json": files["node_modules/dna/package.json"].replace("1.0.0", "1.0.1"),
      }),
    );
  });

  it("that a task does not use do not count", () => {
    const changed = { "node_modules/dna/package.json": '{"name":"dna","version":"2.0.0"}' };
    assert.ok(!changes(files, changed, 'task({ name: "b"'));
  });

  it("linked from outside node_modules are project code, unless they are Ligase's own", () => {
    const hashLinked = (name: string, code: string): string => {
      const folder = write({
        [ENTRY]: `${LIGASE}import { gc } from "${name}";\nexport const a = task({ name: "a" }, (x) => gc(x));`,
        "packages/it/package.json": `{"name":"${name}","version":"1.0.0","type":"module","exports":{".":{"types":"./x.d.ts","import":"./src/index.ts"}}}`,
        "packages/it/src/index.ts": code,
        "node_modules/@ligase/x": "",
      });
      symlinkSync(join(folder, "packages/it"), join(folder, "node_modules", name));
      return codeOf(folder).hash;
    };
    assert.notEqual(
      hashLinked("tools", "export const gc = () => 1"),
      hashLinked("tools", "export const gc = () => 2"),
    );
    assert.equal(
      hashLinked("@ligase/sdk", "export const gc = () => 1"),
      hashLinked("@ligase/sdk", "export const gc = () => 2"),
    );
  });
});
