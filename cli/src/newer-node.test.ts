import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const HAND_OVER = new URL("../bin/newer-node.js", import.meta.url).href;
const PROGRAM = fileURLToPath(new URL("../bin/ligase.js", import.meta.url));

/** Hands the program over as an old Node would. */
function handOver(program: string, ...args: readonly string[]) {
  const code = `const { handOver } = await import(${JSON.stringify(HAND_OVER)}); handOver(${JSON.stringify(program)});`;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", code, "--", ...args], {
    encoding: "utf8",
  });
}

test("an old Node hands over to the pinned one, with arguments, output and exit code", () => {
  const { status, stderr } = handOver(PROGRAM, "-", "rum");
  assert.match(stderr, /no command "rum"/);
  assert.equal(status, 2);
});

test("where no Node is pinned it says which one is needed", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ligase-node-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { status, stderr } = handOver(join(folder, "ligase.js"));
  assert.match(stderr, /^Ligase needs Node 22\.18 or later; this is Node [^\n]+\nInstall a newer Node/);
  assert.equal(status, 2);
});

test("every Node since 14 can read the entry: no syntax and no import that an old one lacks", () => {
  const text = execFileSync("cat", [PROGRAM, fileURLToPath(HAND_OVER)], { encoding: "utf8" });
  const imports = [...text.matchAll(/^import .* from "(.*)"/gm)].map(([, from]) => from);
  assert.deepEqual(new Set(imports), new Set(["node:child_process", "node:fs", "node:path", "node:url"]));
  assert.doesNotMatch(text, /^await |\?\?=|\|\|=|with \{ type|#[a-z]+\(/m);
});
