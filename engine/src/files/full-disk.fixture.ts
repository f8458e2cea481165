import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLigaseError } from "@ligase/sdk";
import { hashText } from "@ligase/sdk/internal";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { createLocalFileStore } from "./local-file-store.ts";

/*
 * Run where `small` is a file system of 1 MiB. Keeps a small file there, fills it, and tries to keep, to publish and to
 * put; writes how each ended and what is left on the disk, as JSON. Arguments: the small disk, a folder on a large one.
 */
const [small = "", large = ""] = process.argv.slice(2);
const identities = createIdentitiesInMemory();
const onSmall = createLocalFileStore({ root: join(small, "root"), identities });
const onLarge = createLocalFileStore({ root: join(large, "root"), identities });
const big = await onLarge.adopt(written("big", Buffer.alloc(3_000_000, "A")), "file", "big");
const some = await onLarge.adopt(written("some", Buffer.alloc(500_000, "B")), "file", "some");
const dir = await onLarge.adopt(folderOf("dir"), "dir", "dir");
mkdirSync(join(small, "out"));
await onSmall.publish(some, "kept", { cwd: join(small, "out") });
const before = namesOn(small);

const endings = {
  adopt: await endingOf(() =>
    onSmall.adopt(written("result", Buffer.alloc(3_000_000, "C")), "file", "result"),
  ),
  adoptSmall: await endingOf(() =>
    onSmall.adopt(written("less", Buffer.alloc(900_000, "D")), "file", "less"),
  ),
  adoptFolder: await endingOf(() => onSmall.adopt(folderOf("made"), "dir", "made")),
  publish: await endingOf(() => onLarge.publish(big, "deep/er/", { cwd: join(small, "out") })),
  publishOver: await endingOf(() => onLarge.publish(big, "kept", { cwd: join(small, "out") })),
  publishFolder: await endingOf(() => onLarge.publish(dir, "folder", { cwd: join(small, "out") })),
  putText: await endingOf(() => onSmall.putText(hashText("x".repeat(2_000_000)), "x".repeat(2_000_000))),
};
const originals = ["result", "less", "made/a", "made/b"].map((name) => existsSync(join(large, name)));
process.stdout.write(JSON.stringify({ endings, before, after: namesOn(small), originals }));
await Promise.all([onSmall.close(), onLarge.close()]);

async function endingOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return "done";
  } catch (error) {
    return isLigaseError(error) ? { code: error.code, params: error.params } : String(error);
  }
}

function written(name: string, content: Buffer): string {
  writeFileSync(join(large, name), content);
  return join(large, name);
}

function folderOf(name: string): string {
  mkdirSync(join(large, name));
  for (const file of ["a", "b"]) written(`${name}/${file}`, Buffer.alloc(900_000, file));
  return join(large, name);
}

function namesOn(disk: string): string[] {
  return readdirSync(disk, { recursive: true, encoding: "utf8" }).toSorted();
}
