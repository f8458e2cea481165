import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { File } from "@ligase/sdk";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file-store.ts";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { createLocalFileStore } from "./local-file-store.ts";

describe("what is placed but not synced (C18)", () => {
  test("an identity is durable only after its bytes are", async (t) => {
    const { store, folder, identities } = setup(t);
    const file = await adopted(store, folder, "hello");
    assert.equal(store.isCurrentNow(file), true);
    assert.equal(identities.get(file.uri), null);
    await store.flush();
    assert.equal(identities.get(file.uri)?.digest, file.digest);
    assert.equal(store.isCurrentNow(file), true);
  });

  test("after a power cut before the flush, a result is read before it is believed", async (t) => {
    const { store, folder, another } = setup(t);
    const file = await adopted(store, folder, "hello");
    const later = another();
    assert.equal(later.isCurrentNow(file), null);
    assert.equal(await later.isCurrent(file), true);
  });

  test("what a dead process placed is on the disk before it is remembered by the next one", async (t) => {
    const { store, folder, identities, another } = setup(t);
    const file = await adopted(store, folder, "hello");
    const later = another({ now: () => Date.now() + 60_000 });
    assert.equal(await later.isCurrent(file), true);
    assert.equal(identities.get(file.uri), null);
    await later.flush();
    assert.equal(identities.get(file.uri)?.digest, file.digest);
  });

  test("results of an earlier process are current at one look", async (t) => {
    const { store, folder, another } = setup(t);
    const small = await adopted(store, folder, "hello");
    const large = await adopted(store, folder, "A".repeat(2_000_000));
    await store.close();
    const later = another();
    assert.equal(later.isCurrentNow(small), true);
    assert.equal(later.isCurrentNow(large), true);
  });

  test("so much that nobody flushes is flushed all the same", { timeout: 60_000 }, async (t) => {
    const { store, folder, identities } = setup(t);
    const file = await adopted(store, folder, "hello");
    const large = join(folder, "large");
    writeFileSync(large, "");
    truncateSync(large, 256 * 1024 * 1024);
    await store.adopt(large, "file", "large");
    while (identities.get(file.uri) === null) await setImmediate();
    assert.equal(identities.get(file.uri)?.digest, file.digest);
  });

  test("a file removed before the flush is no error", async (t) => {
    const { store, folder } = setup(t);
    const file = await adopted(store, folder, "hello");
    rmSync(file.path);
    await store.flush();
    assert.equal(store.isCurrentNow(file), false);
  });
});

function setup(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "ligase-unsynced-"));
  const identities = createIdentitiesInMemory();
  const stores: FileStore[] = [];
  const another = (clock: Pick<Clock, "now"> = Date): FileStore => {
    const store = createLocalFileStore({ root: join(folder, "root"), identities, clock });
    stores.push(store);
    return store;
  };
  t.after(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true });
  });
  return { store: another(), folder, identities, another };
}

/** A result that was written long enough ago to be remembered. */
async function adopted(store: FileStore, folder: string, content: string): Promise<File> {
  const path = join(folder, "made");
  writeFileSync(path, content);
  utimesSync(path, 1_000_000, 1_000_000.5);
  return (await store.adopt(path, "file", "result")) as File;
}
