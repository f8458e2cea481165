import assert from "node:assert/strict";
import { test } from "node:test";
import { paletteFor } from "./palette.ts";
import { textTable } from "./text-table.ts";
import { cutLine, cutTo, printable, printableLine, visibleWidth } from "./visible-text.ts";

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

test("a text takes as many columns as a terminal gives it", () => {
  const widths = ["日本語", "e\u0301", "👩‍👩‍👧", "✓ ━", "✅", "한글", "a\u200Bb"].map(visibleWidth);
  assert.deepEqual(widths, [6, 1, 2, 3, 2, 4, 2]);
});

test("a cut text is never wider than asked for, and no character is cut in two", () => {
  assert.equal(cutTo("日本語", 6), "日本語");
  assert.equal(cutTo("日本語", 5), "日本…");
  assert.equal(cutTo("日本語", 4), "日…");
  assert.equal(cutTo("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
  assert.equal(cutTo("x".repeat(1_000_000), 4), "xxx…");
  assert.equal(cutTo("ab", 0), "");
});

test("what must stay in its line shows its line breaks and tabs", () => {
  assert.equal(printableLine("a\tb\nc\u001B"), "a\\tb\\nc\\x1b");
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
