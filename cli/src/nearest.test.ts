import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./nearest.ts";

test("the word with the fewest edits is meant, whatever the dashes and capitals", () => {
  assert.equal(nearest("--refernce", ["--reference", "--results"]), "--reference");
  assert.equal(nearest("knownsites", ["--known-sites", "--known"]), "--known-sites");
  assert.equal(nearest("rum", ["run", "resume"]), "run");
});

test("the beginning of a word is enough, and a word like no other has none", () => {
  assert.equal(nearest("appr", ["approve", "reject"]), "approve");
  assert.equal(nearest("frobnicate", ["run", "show"]), null);
});
