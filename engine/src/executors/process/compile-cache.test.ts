import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { compileCacheFolder } from "./compile-cache.js";

suite("the folder of compiled code", () => {
  const before = process.env["XDG_CACHE_HOME"];
  let home = "";

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "ligase-cache-home-"));
    process.env["XDG_CACHE_HOME"] = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    rmSync(home, { recursive: true, force: true });
  });

  test("is in the user's cache, and closed to others", () => {
    const folder = compileCacheFolder() ?? "";
    assert.equal(folder, join(home, "ligase", "compiled"));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(compileCacheFolder(), folder, "and is used again");
  });

  test("is not used when others may write there", () => {
    chmodSync(compileCacheFolder() ?? "", 0o777);
    assert.equal(compileCacheFolder(), null);
  });

  test("is not used when it is a link", () => {
    mkdirSync(join(home, "ligase"));
    mkdirSync(join(home, "elsewhere"));
    symlinkSync(join(home, "elsewhere"), join(home, "ligase", "compiled"));
    assert.equal(compileCacheFolder(), null);
  });

  test("is not missed where it cannot be made", () => {
    writeFileSync(join(home, "ligase"), "a file");
    assert.equal(compileCacheFolder(), null);
  });
});
