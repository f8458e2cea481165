import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { isLigaseError } from "@ligase/sdk";
import { globFiles } from "./glob.ts";

const FILES = [
  "b.bam",
  "a.bam",
  "a.bam.bai",
  "c.sam",
  ".hidden.bam",
  "x/a.bam",
  "x/y/a.bam",
  "x/.h/a.bam",
  "z/b.txt",
];

const CASES: Readonly<Record<string, readonly string[]>> = {
  "*.bam": ["a.bam", "b.bam"],
  "?.bam": ["a.bam", "b.bam"],
  "*.{bam,sam}": ["a.bam", "b.bam", "c.sam"],
  "{a,b}.{bam,bam.bai}": ["a.bam", "a.bam.bai", "b.bam"],
  "a.bam{,.bai}": ["a.bam", "a.bam.bai"],
  "{x/{a,b},z/b}.{bam,txt}": ["x/a.bam", "z/b.txt"],
  "**/*.bam": ["a.bam", "b.bam", "x/a.bam", "x/y/a.bam"],
  "x/**": ["x/a.bam", "x/y/a.bam"],
  "**/y/**/*.bam": ["x/y/a.bam"],
  "**": ["a.bam", "a.bam.bai", "b.bam", "c.sam", "x/a.bam", "x/y/a.bam", "z/b.txt"],
  "*/*.bam": ["x/a.bam"],
  "./*.sam": ["c.sam"],
  "[ab].bam": ["a.bam", "b.bam"],
  "[!a].bam": ["b.bam"],
  "[a-c].?am": ["a.bam", "b.bam", "c.sam"],
  ".*.bam": [".hidden.bam"],
  "x/.h/*": ["x/.h/a.bam"],
  x: [],
  "*.cram": [],
};

describe("glob", () => {
  for (const [pattern, expected] of Object.entries(CASES)) {
    test(`${pattern} finds ${expected.length === 0 ? "nothing" : expected.join(", ")}`, (t) => {
      assert.deepEqual(globFiles({ folder: folderWith(t, FILES), pattern }), expected);
    });
  }

  test("odd names are found as they are", (t) => {
    const names = [
      "-rf",
      "a b",
      "it's",
      'q"q',
      "l\nb",
      "$(x)",
      "ü🧬",
      "{a,b}",
      "[a]",
      "a*b",
      "a\\b",
      "(+)|^$.",
    ];
    const folder = folderWith(t, names);
    assert.deepEqual(globFiles({ folder, pattern: "*" }), names.toSorted());
    for (const name of names) {
      const escaped = name.replace(/[\\*?[\]{},]/g, "\\$&");
      assert.deepEqual(globFiles({ folder, pattern: escaped }), [name]);
    }
    assert.deepEqual(globFiles({ folder, pattern: "ü?" }), ["ü🧬"]);
  });

  test("a link to a file is a file, wherever it leads; links to folders, nowhere and in a circle are not followed", (t) => {
    const folder = folderWith(t, ["in/a.txt", "d/b.txt"]);
    const outside = folderWith(t, ["c.txt"]);
    symlinkSync(outside, join(folder, "out"));
    symlinkSync(join(outside, "c.txt"), join(folder, "c.txt"));
    symlinkSync("in", join(folder, "in-again"));
    symlinkSync("in/a.txt", join(folder, "a.txt"));
    symlinkSync("missing", join(folder, "broken.txt"));
    symlinkSync("circle.txt", join(folder, "circle.txt"));
    assert.deepEqual(globFiles({ folder, pattern: "**/*.txt" }), ["a.txt", "c.txt", "d/b.txt", "in/a.txt"]);
  });

  test("what is excluded at the top is not looked into, deeper it is", (t) => {
    const folder = folderWith(t, ["inputs/a.txt", "b.txt", "x/inputs/c.txt"]);
    assert.deepEqual(globFiles({ folder, pattern: "**/*.txt", exclude: ["inputs"] }), [
      "b.txt",
      "x/inputs/c.txt",
    ]);
  });

  test("a pattern that leaves the folder is refused", (t) => {
    const folder = folderWith(t, ["a"]);
    for (const pattern of ["../*", "/etc/*", "x/../../*"]) {
      assert.throws(
        () => globFiles({ folder, pattern }),
        (error) => isLigaseError(error, "path-leaves-folder"),
      );
    }
  });
});

function folderWith(t: TestContext, files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "ligase-glob-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  return folder;
}
