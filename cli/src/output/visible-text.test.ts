import assert from "node:assert/strict";
import { test } from "node:test";
import { paletteFor } from "./palette.ts";
import { textTable } from "./text-table.ts";
import { cutLine, printable, visibleWidth } from "./visible-text.ts";

const palette = paletteFor(true, {});

test("marks take no width, and a cut line closes them", () => {
  const line = `${palette.red("failed")} and more`;
  assert.equal(visibleWidth(line), 15);
  assert.equal(cutLine(line, 4), "\u001B[31mfai…\u001B[39m");
  assert.equal(cutLine(line, 15), line);
});

test("control characters of a file name are shown and not obeyed", () => {
  assert.equal(printable("a\u001B[2Jb\rc\u202Ed"), "a\\x1b[2Jb\\x0dc\\x202ed");
});

test("columns are as wide as their widest cell, numbers at their end", () => {
  assert.deepEqual(
    textTable(
      [{ title: "name" }, { title: "n", align: "end" }],
      [
        [palette.bold("ab"), "1"],
        ["abcde", "100"],
      ],
    ),
    ["name     n", `${palette.bold("ab")}       1`, "abcde  100"],
  );
});

test("NO_COLOR, a dumb terminal and a file get no colours", () => {
  const plain = [
    paletteFor(true, { NO_COLOR: "1" }),
    paletteFor(true, { TERM: "dumb" }),
    paletteFor(false, {}),
  ];
  assert.deepEqual(
    plain.map(({ red }) => red("x")),
    ["x", "x", "x"],
  );
});
