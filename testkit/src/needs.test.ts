import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { debianPackages, isTool, needs } from "./needs.ts";

suite("needs", () => {
  const pathBefore = process.env["PATH"];
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ligase-needs-"));
    process.env["PATH"] = folder;
  });
  afterEach(() => {
    process.env["PATH"] = pathBefore;
    rmSync(folder, { recursive: true });
  });

  test("a test runs where every tool it needs is on the path", () => {
    addProgram("bwa", 0o755);
    assert.deepEqual(needs("bwa"), { skip: false });
  });

  test("a missing tool skips the test and says what to install", () => {
    addProgram("bwa", 0o755);
    assert.deepEqual(needs("bwa", "picard"), { skip: "picard is missing: apt-get install picard-tools" });
  });

  test("a file that is not executable is not a tool", () => {
    addProgram("seqtk", 0o644);
    assert.equal(needs("seqtk").skip, "seqtk is missing: apt-get install seqtk");
  });

  test("tools of one Debian package name it once", () => {
    assert.equal(needs("tabix", "bgzip").skip, "tabix, bgzip are missing: apt-get install tabix");
    assert.deepEqual(debianPackages(["tabix", "bgzip", "bwa"]), ["bwa", "tabix"]);
  });

  test("a name of the prototype is no tool", () => {
    assert.equal(isTool("toString"), false);
    assert.equal(isTool("samtools"), true);
  });

  function addProgram(name: string, mode: number): void {
    writeFileSync(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), mode);
  }
});
