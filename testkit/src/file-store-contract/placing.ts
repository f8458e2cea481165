import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { File } from "@ligase/sdk";
import { rejectsWith, rigOf, sampleFolder, written, type FileStoreContractOptions } from "./rig.ts";

export function testStaging(options: FileStoreContractOptions): void {
  test("a staged file has the content, whatever stood there", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.adopt(written(folder, "made", "hello"), "file", "a");
    const path = join(folder, "work", "inputs", "1", "a");
    await store.stage(file, path);
    assert.equal(readFileSync(path, "utf8"), "hello");
    await store.stage(file, path);
    assert.equal(readFileSync(path, "utf8"), "hello");
    rmSync(path);
    written(dirname(path), "a", "left by an earlier try");
    await store.stage(file, path);
    assert.equal(readFileSync(path, "utf8"), "hello");
  });

  test("removing a staged file leaves the user's and the store's", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const raw = await store.identify(File.at(written(folder, "raw", "raw data")));
    const kept = await store.adopt(written(folder, "made", "hello"), "file", "a");
    await store.stage(raw, join(folder, "work", "raw"));
    await store.stage(kept, join(folder, "work", "kept"));
    rmSync(join(folder, "work"), { recursive: true });
    assert.equal(await store.isCurrent(raw), true);
    assert.equal(await store.isCurrent(kept), true);
  });

  test("staging and removing does not make a kept file be read again", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "made", "hello");
    utimesSync(path, 1_000_000, 1_000_000);
    const kept = await store.adopt(path, "file", "a");
    assert.equal(store.isCurrentNow(kept), true);
    await store.stage(kept, join(folder, "work", "kept"));
    rmSync(join(folder, "work"), { recursive: true });
    assert.equal(store.isCurrentNow(kept), true);
  });

  test("a file written beside staged ones does not reach the store's folder", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const dir = await store.adopt(sampleFolder(join(folder, "made")), "dir", "index");
    await store.stage(dir, join(folder, "work", "index"));
    written(join(folder, "work", "index"), "index.bai", "x");
    written(join(folder, "work", "index", "sub", "x"), "index.bai", "x");
    assert.equal(readFileSync(join(folder, "work", "index", "link"), "utf8"), "x");
    assert.equal(await store.isCurrent(dir), true);
  });

  test("a file changed since it was identified is not staged", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const raw = await store.identify(File.at(written(folder, "raw", "hello")));
    writeFileSync(raw.path, "jello");
    await rejectsWith("file-changed", store.stage(raw, join(folder, "work", "raw")));
    rmSync(raw.path);
    await rejectsWith("file-not-found", store.stage(raw, join(folder, "work", "raw")));
    assert.equal(existsSync(join(folder, "work")), false);
  });
}

export function testPublishing(options: FileStoreContractOptions): void {
  test("a published file is a copy of the user's own, at a path or into a folder", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.adopt(written(folder, "made", "hello"), "file", "a.txt");
    const named = await store.publish(file, "deep/er/b.txt", { cwd: folder });
    const inside = await store.publish(file, "out/", { cwd: folder });
    const absolute = await store.publish(file, join(folder, "c.txt"));
    assert.deepEqual(
      [named, inside, absolute].map((published) => published.path),
      ["deep/er/b.txt", "out/a.txt", "c.txt"].map((path) => join(folder, path)),
    );
    writeFileSync(named.path, "edited");
    assert.equal(await store.isCurrent(file), true);
    assert.equal(await store.isCurrent(inside), true);
    assert.equal(await store.isCurrent(named), false);
    assert.deepEqual(readdirSync(dirname(named.path)), ["b.txt"]);
  });

  test("what is there already is not written again", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.adopt(written(folder, "made", "hello"), "file", "a.txt");
    const dir = await store.adopt(sampleFolder(join(folder, "made")), "dir", "d");
    await store.publish(file, "out/", { cwd: folder });
    await store.publish(dir, "out/", { cwd: folder });
    const before = [statSync(join(folder, "out/a.txt")), statSync(join(folder, "out/d/sub/x/data"))];
    await store.publish(file, "out/", { cwd: folder });
    await store.publish(dir, "out/", { cwd: folder });
    const after = [statSync(join(folder, "out/a.txt")), statSync(join(folder, "out/d/sub/x/data"))];
    assert.deepEqual(
      after.map((stats) => [stats.ino, stats.ctimeMs]),
      before.map((stats) => [stats.ino, stats.ctimeMs]),
    );
  });
}

export function testReplacing(options: FileStoreContractOptions): void {
  test("another file at the destination is replaced, a link by a file", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const raw = written(folder, "raw", "raw data");
    symlinkSync(raw, join(folder, "out"));
    const file = await store.adopt(written(folder, "made", "hello"), "file", "a");
    await store.publish(file, "out", { cwd: folder });
    assert.equal(readFileSync(join(folder, "out"), "utf8"), "hello");
    assert.equal(readFileSync(raw, "utf8"), "raw data");
  });

  test("a folder replaces what was published there, but nothing that others put there", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const first = await store.adopt(sampleFolder(join(folder, "made")), "dir", "d");
    const second = await store.adopt(sampleFolder(join(folder, "made"), ["other"]), "dir", "d");
    await store.publish(first, "out", { cwd: folder });
    await store.publish(second, "out", { cwd: folder });
    assert.deepEqual(readdirSync(join(folder, "out", "sub")), ["other"]);
    written(folder, "out/mine", "x");
    await rejectsWith("destination-not-ours", store.publish(first, "out", { cwd: folder }));
    assert.equal(readFileSync(join(folder, "out/mine"), "utf8"), "x");
    assert.deepEqual(readdirSync(folder).toSorted(), ["out"]);
  });

  test("a destination that cannot be is an error, and nothing is written", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.adopt(written(folder, "made", "hello"), "file", "a");
    mkdirSync(join(folder, "d"));
    written(folder, "f", "x");
    await rejectsWith("destination-is-a-folder", store.publish(file, "d", { cwd: folder }));
    await rejectsWith("file-not-writable", store.publish(file, "f/below", { cwd: folder }));
    await rejectsWith("uri-not-supported", store.publish(file, "gopher://x/y", { cwd: folder }));
    assert.deepEqual(readdirSync(folder).toSorted(), ["d", "f"]);
    assert.deepEqual(readdirSync(join(folder, "d")), []);
  });
}
