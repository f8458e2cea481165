import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Dir } from "@ligase/sdk";
import { hashText } from "@ligase/sdk/internal";
import {
  rejectsWith,
  rigOf,
  sampleFolder,
  SHA256_OF_HELLO,
  written,
  type FileStoreContractOptions,
} from "./rig.ts";

const ODD_NAMES = [
  "with space",
  "it's",
  'say "hi"',
  "$(touch pwned)",
  "`x`",
  "line\nbreak",
  "-rf",
  "--",
  "ünï-çødé-🧬",
  "a%20b",
  "#hash?x=1",
  "\\back",
  "*",
  "x".repeat(255),
];

export function testAdoption(options: FileStoreContractOptions): void {
  test("an adopted file is read-only in the store and gone from where it was", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "made", "hello");
    const file = await store.adopt(path, "file", "result.txt");
    assert.equal(existsSync(path), false);
    assert.equal(file.digest, SHA256_OF_HELLO);
    assert.equal(file.name, "result.txt");
    assert.equal(readFileSync(file.path, "utf8"), "hello");
    assert.equal(statSync(file.path).mode & 0o222, 0);
    assert.equal(await store.isCurrent(file), true);
  });

  test("equal content adopted twice is one set of bytes", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const bytes = Buffer.alloc(10_000, "A");
    const [one, same, other] = [
      await store.adopt(written(folder, "1", bytes), "file", "a.txt"),
      await store.adopt(written(folder, "2", bytes), "file", "a.txt"),
      await store.adopt(written(folder, "3", bytes), "file", "b.txt"),
    ];
    assert.equal(one.uri, same.uri);
    assert.notEqual(one.uri, other.uri);
    assert.equal(statSync(one.path).ino, statSync(other.path).ino);
    assert.deepEqual(readdirSync(folder), []);
    for (const file of [one, same, other]) assert.equal(await store.isCurrent(file), true);
  });

  test("a damaged result is noticed, and made whole by adopting it again", async (t) => {
    const { store, folder } = await rigOf(t, options);
    for (const content of ["hello", "A".repeat(10_000)]) {
      const file = await store.adopt(written(folder, "made", content), "file", "a");
      chmodSync(file.path, 0o644);
      writeFileSync(file.path, content.replace(/./, "X"));
      assert.equal(await store.isCurrent(file), false);
      await rejectsWith("file-changed", store.stage(file, join(folder, "staged")));
      const again = await store.adopt(written(folder, "made", content), "file", "a");
      assert.equal(again.uri, file.uri);
      assert.equal(readFileSync(file.path, "utf8"), content);
      assert.equal(await store.isCurrent(file), true);
    }
  });

  test("an adopted link is a copy: what it leads to stays where it is", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const raw = written(folder, "raw", "hello");
    symlinkSync(raw, join(folder, "link"));
    const file = await store.adopt(join(folder, "link"), "file", "a");
    assert.equal(existsSync(join(folder, "link")), false);
    writeFileSync(raw, "other");
    assert.equal(readFileSync(file.path, "utf8"), "hello");
    assert.equal(await store.isCurrent(file), true);
  });
}

export function testKinds(options: FileStoreContractOptions): void {
  test("an executable stays executable", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "tool", "#!/bin/sh\n");
    await store.adopt(written(folder, "plain", "#!/bin/sh\n"), "file", "tool");
    chmodSync(path, 0o755);
    const file = await store.adopt(path, "file", "tool");
    assert.equal(statSync(file.path).mode & 0o111, 0o111);
    await store.stage(file, join(folder, "staged"));
    assert.equal(statSync(join(folder, "staged")).mode & 0o111, 0o111);
    assert.equal(await store.isCurrent(file), true);
  });

  test("an adopted folder keeps its files, links, empty folders and modes", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = sampleFolder(join(folder, "made"));
    mkdirSync(join(path, "empty"));
    const before = await store.identify(Dir.at(path));
    const dir = await store.adopt(path, "dir", "result");
    assert.equal(existsSync(path), false);
    assert.equal(dir.digest, before.digest);
    assert.equal(dir.size, before.size);
    assert.equal(await store.isCurrent(dir), true);
    assert.equal((await store.identify(Dir.at(dir.path))).digest, before.digest);
    const again = await store.adopt(sampleFolder(join(folder, "made")), "dir", "result");
    assert.notEqual(again.digest, dir.digest);
  });

  test("a damaged folder is noticed, and made whole by adopting it again", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const dir = await store.adopt(sampleFolder(join(folder, "made")), "dir", "result");
    written(dir.path, "extra", "x");
    assert.equal(await store.isCurrent(dir), false);
    const again = await store.adopt(sampleFolder(join(folder, "made")), "dir", "result");
    assert.equal(again.uri, dir.uri);
    assert.equal(existsSync(join(dir.path, "extra")), false);
    assert.equal(await store.isCurrent(dir), true);
  });
}

export function testNames(options: FileStoreContractOptions): void {
  test("odd names stay as they are", async (t) => {
    const { store, folder } = await rigOf(t, options);
    for (const name of ODD_NAMES) {
      const file = await store.adopt(written(folder, name, name), "file", name);
      await store.stage(file, join(folder, "work", name));
      assert.equal(readFileSync(join(folder, "work", name), "utf8"), name);
      const published = await store.publish(file, "out/", { cwd: folder });
      assert.equal(published.path, join(folder, "out", name));
    }
    const dir = await store.adopt(join(folder, "out"), "dir", "all");
    assert.deepEqual(readdirSync(dir.path).toSorted(), ODD_NAMES.toSorted());
  });

  test("a name that leaves its folder is refused, and the file stays", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "made", "hello");
    for (const name of ["../x", "/etc/x", "a/b", "..", ".", "", "nul\0"]) {
      await rejectsWith("path-leaves-folder", store.adopt(path, "file", name));
    }
    assert.equal(readFileSync(path, "utf8"), "hello");
  });

  test("what is not of the kind is refused, and stays", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const path = written(folder, "made", "hello");
    await rejectsWith("folder-is-a-file", store.adopt(path, "dir", "x"));
    await rejectsWith("file-is-a-folder", store.adopt(folder, "file", "x"));
    await rejectsWith("file-not-found", store.adopt(join(folder, "missing"), "file", "x"));
    assert.equal(readFileSync(path, "utf8"), "hello");
  });
}

export function testTexts(options: FileStoreContractOptions): void {
  test("a text is kept by its hash", async (t) => {
    const { store } = await rigOf(t, options);
    const texts = ["", "short", "ünï 🧬", "x".repeat(200_000)];
    for (const text of texts) store.putText(hashText(text), text);
    for (const text of texts) store.putText(hashText(text), text);
    for (const text of texts) assert.equal(store.getText(hashText(text)), text);
    assert.equal(store.getText(hashText("never put")), null);
  });

  test("all that was kept is there after a flush", async (t) => {
    const { store, folder } = await rigOf(t, options);
    const file = await store.adopt(written(folder, "made", "hello"), "file", "a");
    store.putText(hashText("text"), "text");
    await Promise.all([store.flush(), store.flush()]);
    assert.equal(await store.isCurrent(file), true);
    assert.equal(store.getText(hashText("text")), "text");
  });
}
