import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isLigaseError } from "@ligase/sdk";
import { checkName, isBelow } from "./path-inside.ts";

describe("a path inside a folder", () => {
  test("any path is below the folder exactly when its text is", () => {
    const part = fc.constantFrom("..", ".", "", "a", "-b", "..c", "d e", "\n");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = join("/jobs/job", parts.join("/"));
        const text = path.replace(/\/$/, "");
        assert.equal(isBelow("/jobs/job", path), text.startsWith("/jobs/job/"), path);
      }),
    );
  });

  test("names that only look like leaving are kept", () => {
    for (const path of ["..a", "a..", "...", "a/../b", "-x"])
      assert.ok(isBelow("/w", join("/w", path)), path);
    for (const name of ["..a", "a..", "...", "-x", " ", "a\nb"]) checkName(name, "/w");
  });

  test("a name is one part of a path", () => {
    for (const name of ["", ".", "..", "a/b", "/", "a\0"])
      assert.throws(
        () => checkName(name, "/w"),
        (error) => isLigaseError(error, "path-leaves-folder"),
      );
  });
});
