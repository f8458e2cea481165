import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { isLigaseError, type LigaseError } from "@ligase/sdk";
import type { FileStore } from "@ligase/engine/testing";

/** A store to be tested, and an empty folder of its own for the files of the test. */
export interface FileStoreRig {
  readonly store: FileStore;
  readonly folder: string;
  /** Removes both. */
  close(): Promise<void>;
}

export interface FileStoreContractOptions {
  readonly setup: () => FileStoreRig | Promise<FileStoreRig>;
}

/** SHA-256 of `hello`. */
export const SHA256_OF_HELLO = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/** The rig of a test, closed with it. */
export async function rigOf(t: TestContext, { setup }: FileStoreContractOptions): Promise<FileStoreRig> {
  const rig = await setup();
  t.after(() => rig.close());
  return rig;
}

/** Writes a file, with the folders above it. Returns its path. */
export function written(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A folder with sub-folders, in the given order of making, an executable and a link. */
export function sampleFolder(folder: string, names: readonly string[] = ["x", "y"]): string {
  for (const name of names) written(join(folder, "sub", name), "data", name);
  chmodSync(written(folder, "run.sh", "#!/bin/sh\n"), 0o755);
  symlinkSync(`sub/${names.toSorted()[0]}/data`, join(folder, "link"));
  return folder;
}

/** Expects an error of Ligase with this code. */
export async function rejectsWith(code: LigaseError["code"], promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(isLigaseError(error), `expected ${code}, got ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}
