import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Dir, File } from "@ligase/sdk";
import {
  rejectsWith,
  rigOf,
  sampleFolder,
  SHA256_OF_HELLO,
  written,
  type FileStoreContractOptions,
} from "./rig.ts";

export function testIdentity(options: FileStoreContractOptions): void {
  test("a file is identified by its content", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.identify(File.at(written(folder, "a.txt", "hello")));
    assert.equal(file.digest, SHA256_OF_HELLO);
    assert.equal(file.size, 5);
    assert.equal(file.name, "a.txt");
  });

  test("a large file has the same digest as if it were read at once", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, "ACGT");
    const [one, two] = await Promise.all([
      store.identify(File.at(written(folder, "large", bytes))),
      store.identify(File.at(written(folder, "large", bytes))),
    ]);
    assert.equal(one.digest, "sha256:" + createHash("sha256").update(bytes).digest("hex"));
    assert.equal(two.digest, one.digest);
  });

  test("what cannot be read is refused by name", async (t) => {
    const { store, folder } = await rigOf(t, options);
    mkdirSync(join(folder, "d"));
    written(folder, "f", "x");
    await rejectsWith("file-not-found", store.identify(File.at(join(folder, "missing"))));
    await rejectsWith("file-not-found", store.identify(Dir.at(join(folder, "missing"))));
    await rejectsWith("file-not-found", store.identify(File.at(join(folder, "f", "below"))));
    await rejectsWith("file-is-a-folder", store.identify(File.at(join(folder, "d"))));
    await rejectsWith("folder-is-a-file", store.identify(Dir.at(join(folder, "f"))));
    await rejectsWith("not-a-regular-file", store.identify(File.at("/dev/null")));
    await rejectsWith(
      "uri-not-supported",
      store.identify(new File({ digest: null, size: -1, name: "x", uri: "gopher://x/y" })),
    );
  });
}

export function testChange(options: FileStoreContractOptions): void {
  test("an untouched file is current", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.identify(File.at(written(folder, "a", "hello")));
    assert.notEqual(store.isCurrentNow(file), false);
    assert.equal(await store.isCurrent(file), true);
  });

  test("a deleted file is not current", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.identify(File.at(written(folder, "a", "hello")));
    rmSync(file.path);
    assert.equal(store.isCurrentNow(file), false);
    assert.equal(await store.isCurrent(file), false);
  });

  test("a file touched but equal is a hit", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.identify(File.at(written(folder, "a", "hello")));
    utimesSync(file.path, 1, 1);
    assert.notEqual(store.isCurrentNow(file), false);
    assert.equal(await store.isCurrent(file), true);
  });

  test("other content of the same size and time is noticed", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "a", "hello");
    utimesSync(path, 1_000_000, 1_000_000);
    const file = await store.identify(File.at(path));
    writeFileSync(path, "jello");
    utimesSync(path, 1_000_000, 1_000_000);
    assert.notEqual(store.isCurrentNow(file), true);
    assert.equal(await store.isCurrent(file), false);
  });

  test("content changed right after it was read is noticed, however often", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "a", "0000");
    for (let round = 1; round < 300; round++) {
      const file = await store.identify(File.at(path));
      writeFileSync(path, String(round).padStart(4, "0"));
      assert.equal(await store.isCurrent(file), false, `round ${round}`);
    }
  });

  test("another file renamed to the path is noticed", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.identify(File.at(written(folder, "a", "hello")));
    renameSync(written(folder, "b", "jello"), file.path);
    assert.equal(await store.isCurrent(file), false);
  });

  test("a file that became a folder is not current", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.identify(File.at(written(folder, "a", "hello")));
    rmSync(file.path);
    mkdirSync(file.path);
    assert.equal(store.isCurrentNow(file), false);
    assert.equal(await store.isCurrent(file), false);
  });
}

export function testFolders(options: FileStoreContractOptions): void {
  test("equal folders in different places have one digest", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const one = await store.identify(Dir.at(sampleFolder(join(folder, "one"), ["x", "y", "z"])));
    const two = await store.identify(Dir.at(sampleFolder(join(folder, "two"), ["z", "y", "x"])));
    assert.equal(one.digest, two.digest);
    assert.equal(one.size, two.size);
  });

  const changes: Readonly<Record<string, (folder: string) => void>> = {
    "a file added deep below": (folder) => void written(join(folder, "sub", "x"), "new", ""),
    "a file removed": (folder) => rmSync(join(folder, "sub", "x", "data")),
    "a file changed": (folder) => writeFileSync(join(folder, "sub", "x", "data"), "other"),
    "a file renamed": (folder) =>
      renameSync(join(folder, "sub", "x", "data"), join(folder, "sub", "x", "date")),
    "a file made executable": (folder) => chmodSync(join(folder, "sub", "x", "data"), 0o755),
    "an empty folder added": (folder) => mkdirSync(join(folder, "empty")),
    "a link that leads elsewhere": (folder) => {
      rmSync(join(folder, "link"));
      symlinkSync("sub/y/data", join(folder, "link"));
    },
  };
  for (const [change, apply] of Object.entries(changes)) {
    test(`${change} makes a folder another one`, async (t) => {
      const { store, folder } = await rigOf(t, options);
      const dir = await store.identify(Dir.at(sampleFolder(join(folder, "d"))));
      assert.equal(await store.isCurrent(dir), true);
      apply(dir.path);
      assert.notEqual(store.isCurrentNow(dir), true);
      assert.equal(await store.isCurrent(dir), false);
    });
  }

  test("a link that leads out of its folder is refused", async (t) => {
    const { store, folder } = await rigOf(t, options);
    written(folder, "outside", "x");
    for (const target of ["../outside", join(folder, "outside"), "sub/../../outside"]) {
      const dir = sampleFolder(join(folder, "d"));
      symlinkSync(target, join(dir, "out"));
      await rejectsWith("link-leaves-folder", store.identify(Dir.at(dir)));
      rmSync(dir, { recursive: true });
    }
  });
}
