import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isLigaseError } from "@ligase/sdk";
import { pathInside } from "./path-inside.ts";

describe("a path inside a folder", () => {
  test("any path is refused or below the folder", () => {
    const part = fc.constantFrom("..", ".", "", "a", "-b", "..c", "d e", "\n", "\0");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = parts.join("/");
        try {
          const joined = pathInside("/jobs/job", path);
          assert.ok(joined.startsWith("/jobs/job/"));
          assert.ok(!joined.slice("/jobs/job/".length).split("/").includes(".."));
        } catch (error) {
          assert.ok(isLigaseError(error, "path-leaves-folder"), String(error));
          assert.ok(path.startsWith("/") || path.includes("\0") || /(^|\/)(\.\.|\.|)(\/|$)/.test(path), path);
        }
      }),
    );
  });

  test("names that only look like leaving are kept", () => {
    for (const path of ["..a", "a..", "...", "a/../b", "-x"]) assert.match(pathInside("/w", path), /^\/w\/./);
  });
});
