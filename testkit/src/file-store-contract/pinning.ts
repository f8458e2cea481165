import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Dir, File } from "@ligase/sdk";
import { rejectsWith, rigOf, sampleFolder, written, type FileStoreContractOptions } from "./rig.ts";

export function testPinning(options: FileStoreContractOptions): void {
  test("C23: a pinned file stays as it was shown when the user's changes, and the user's stays where it is", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "report.html", "good");
    const file = await store.identify(File.at(path));
    const pinned = await store.pin(file);
    assert.equal(store.owns(pinned), true);
    assert.deepEqual([pinned.digest, pinned.name], [file.digest, "report.html"]);
    assert.equal(readFileSync(path, "utf8"), "good");
    writeFileSync(path, "bad!");
    assert.equal(readFileSync(fileURLToPath(pinned.uri), "utf8"), "good");
    assert.equal(await store.isCurrent(pinned), true);
  });

  test("C23: a folder is pinned with all that is in it", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const dir = await store.identify(Dir.at(sampleFolder(join(folder, "reports"))));
    const pinned = await store.pin(dir);
    assert.equal(store.owns(pinned), true);
    assert.equal(pinned.digest, dir.digest);
  });

  test("what a job made is pinned already", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const made = await store.adopt(written(folder, "made", "hello"), "file", "a");
    assert.equal(await store.pin(made), made);
  });

  test("a file that is not what it was cannot be pinned, and nothing is left of the try", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "report.html", "good");
    const file = await store.identify(File.at(path));
    writeFileSync(path, "other");
    await rejectsWith("file-changed", store.pin(file));
  });
}
