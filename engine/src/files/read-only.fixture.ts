import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isLigaseError } from "@ligase/sdk";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { createLocalFileStore } from "./local-file-store.ts";

/*
 * Run by a user who may not write everywhere, as the superuser may: keeps and publishes where folders are read-only, and
 * writes what came of it as JSON. Its argument is a folder of that user.
 */
const [top = ""] = process.argv.slice(2);
const [root, out, locked] = [join(top, "root"), join(top, "out"), join(top, "locked")];
for (const folder of [out, locked]) mkdirSync(folder);

// Half of something, of a process that is gone, which cannot be removed as it stands.
const leftover = join(root, "temporary", `.ligase-${hostname()}-4194305-0123abcd-1.part`);
mkdirSync(join(leftover, "deep"), { recursive: true });
writeFileSync(join(leftover, "deep/x"), "");
for (const folder of ["deep", ""]) chmodSync(join(leftover, folder), 0o500);
const store = createLocalFileStore({ root, identities: createIdentitiesInMemory() });

const taken: unknown[] = [];
for (const again of [false, true]) {
  const dir = await store.adopt(madeReadOnly(), "dir", "made");
  taken.push(readFileSync(join(dir.path, "deep/x"), "utf8"));
  // Damaged outside: it is replaced when it is made again.
  if (!again) writeFileSync(join(dir.path, "more"), "");
}
const [file, folder] = [await kept("file", "new"), await store.adopt(madeReadOnly(), "dir", "made")];
await store.publish(folder, join(out, "folder"));
chmodSync(join(out, "folder/deep"), 0o500);
const changed = madeReadOnly();
chmodSync(changed, 0o700);
writeFileSync(join(changed, "other"), "");
await store.publish(await store.adopt(changed, "dir", "made"), join(out, "folder"));

writeFileSync(join(locked, "old"), "old");
mkdirSync(join(locked, "folder"));
chmodSync(locked, 0o500);
const before = namesIn(locked);
const refusals = [
  await refusal(() => store.publish(file, join(locked, "old"))),
  await refusal(() => store.publish(file, join(locked, "new"))),
  await refusal(() => store.publish(file, join(locked, "deep/er/new"))),
  await refusal(() => store.publish(folder, join(locked, "folder"))),
];
const isAsBefore =
  String(namesIn(locked)) === String(before) && readFileSync(join(locked, "old"), "utf8") === "old";

const files = join(root, "files");
chmodSync(join(files, "sha256"), 0o500);
chmodSync(files, 0o500);
const original = join(top, "result");
writeFileSync(original, "of a digest that has no folder yet");
refusals.push(await refusal(() => store.adopt(original, "file", "result")));
process.stdout.write(
  JSON.stringify({
    leftovers: readdirSync(join(root, "temporary")),
    published: namesIn(out),
    taken,
    refusals,
    isAsBefore,
    isOriginalThere: existsSync(original),
  }),
);
for (const path of [files, join(files, "sha256"), locked]) chmodSync(path, 0o700);
await store.close();

function madeReadOnly(): string {
  const path = join(top, `made-${taken.length}-${Math.random()}`);
  mkdirSync(join(path, "deep"), { recursive: true });
  writeFileSync(join(path, "deep/x"), "x");
  for (const name of ["deep", ""]) chmodSync(join(path, name), 0o555);
  return path;
}

async function kept(name: string, text: string) {
  writeFileSync(join(top, name), text);
  return await store.adopt(join(top, name), "file", name);
}

async function refusal(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return "done";
  } catch (error) {
    return isLigaseError(error) ? error.code : String(error);
  }
}

function namesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).toSorted();
}
