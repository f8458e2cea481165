import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { createTaskHasher } from "./task-hash.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "ligase-code-cache-")));
after(() => rmSync(root, { recursive: true, force: true }));

const cacheDir = join(root, "cache");
const flow = join(root, "flow.ts");
const TEXT = `import { asset, task } from "ligase";
import { help } from "./help.ts";
import { gc } from "dna";
export const a = task({ name: "a" }, (x: number) => gc(help(x), asset("./plot.py")));
`;

/** The hash as a new process would get it. */
function hash(): string {
  const hasher = createTaskHasher({ cacheDir });
  const code = hasher.hash({ file: flow, line: 4, column: 18 });
  assert.deepEqual(code.warnings, []);
  hasher.save();
  return code.hash;
}

/** Marks the kept answer, so that it is seen whether it is used. */
function mark(): void {
  for (const name of readdirSync(cacheDir)) {
    const path = join(cacheDir, name);
    writeFileSync(path, readFileSync(path, "utf8").replace(/"hash":"[^"]*"/g, '"hash":"kept"'));
  }
}

describe("answers kept from an earlier process", () => {
  beforeEach(() => {
    rmSync(cacheDir, { recursive: true, force: true });
    rmSync(join(root, "node_modules"), { recursive: true, force: true });
    mkdirSync(join(root, "node_modules/dna"), { recursive: true });
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    writeFileSync(join(root, "node_modules/dna/package.json"), '{"name":"dna","version":"1.0.0"}');
    writeFileSync(flow, TEXT);
    writeFileSync(join(root, "plot.py"), "print(1)");
    writeFileSync(join(root, "help.ts"), "export const help = (x: number) => x + 1;");
  });

  it("are used while nothing that was read has changed", () => {
    hash();
    mark();
    assert.equal(hash(), "kept");
  });

  it("are not used when a helper, an asset, a package or a lock file has changed, or appeared", () => {
    for (const [name, text] of [
      ["help.ts", "export const help = (x: number) => x + 2;"],
      ["plot.py", "print(2)"],
      ["node_modules/dna/package.json", '{"name":"dna","version":"1.0.1"}'],
      ["package-lock.json", '{"packages":{"node_modules/dna":{"version":"1.0.1","integrity":"sha512-x"}}}'],
    ] as const) {
      const before = hash();
      mark();
      writeFileSync(join(root, name), text);
      const then = hash();
      assert.notEqual(then, "kept", name);
      assert.notEqual(then, before, name);
    }
  });

  it("are the same as those found without a cache", () => {
    const alone = createTaskHasher().hash({ file: flow, line: 4, column: 18 }).hash;
    assert.equal(hash(), alone);
    assert.equal(hash(), alone);
  });

  it("that are damaged are found again", () => {
    const first = hash();
    for (const damaged of ["{", "null", '{"format":2}']) {
      for (const name of readdirSync(cacheDir)) writeFileSync(join(cacheDir, name), damaged);
      assert.equal(hash(), first, damaged);
    }
  });
});
