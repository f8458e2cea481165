import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashText } from "@ligase/sdk/internal";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { createLocalFileStore } from "./local-file-store.ts";

/*
 * Run as a process to be killed: keeps and publishes files, folders and texts without end, and writes a line after
 * each. Arguments: folder of the store, work folder on another file system, folder to publish to, first number.
 */
const [root = "", work = "", out = "", first = ""] = process.argv.slice(2);
const store = createLocalFileStore({ root, identities: createIdentitiesInMemory() });
for (let round = Number(first); ; round++) {
  const near = join(root, `near-${round}`);
  writeFileSync(near, contentOf(round, 3_000));
  await store.adopt(near, "file", "near");

  const far = join(work, `far-${round}`);
  writeFileSync(far, contentOf(round, 3_000_000));
  const kept = await store.adopt(far, "file", "far");
  process.stdout.write("file\n");

  const folder = join(work, `folder-${round}`);
  mkdirSync(join(folder, "deep"), { recursive: true });
  for (const name of ["a", "b", "deep/c"]) writeFileSync(join(folder, name), contentOf(round, 400_000));
  const dir = await store.adopt(folder, "dir", "folder");
  process.stdout.write("folder\n");

  await store.publish(kept, "file", { cwd: out });
  process.stdout.write("published\n");
  await store.publish(dir, "folder", { cwd: out });
  store.putText(hashText(contentOf(round, 300_000)), contentOf(round, 300_000));
  process.stdout.write("text\n");
}

/** Text that tells its own length, so that a part of it is seen to be one. */
function contentOf(round: number, length: number): string {
  return `${round} ${length}\n`.padEnd(length, `${round} `);
}
