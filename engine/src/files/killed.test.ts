import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { hash, randomInt } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Dir } from "@ligase/sdk";
import { hashText } from "@ligase/sdk/internal";
import { createIdentitiesInMemory } from "./identities-in-memory.ts";
import { createLocalFileStore } from "./local-file-store.ts";

const FIXTURE = fileURLToPath(new URL("./keeping.fixture.ts", import.meta.url));
const KILLS = 8;
/** Another file system than the temporary folder where there is one, so that adopting has to copy. */
const OTHER_DISK = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

test("killed at any moment, every name that is visible has whole content, and leftovers go", async (t) => {
  const top = mkdtempSync(join(tmpdir(), "ligase-killed-"));
  const work = mkdtempSync(join(OTHER_DISK, "ligase-killed-"));
  t.after(() => [top, work].forEach((folder) => rmSync(folder, { recursive: true })));
  const [root, out] = [join(top, "root"), join(top, "out")];
  mkdirSync(out);

  for (let kill = 0; kill < KILLS; kill++) {
    await runAndKill([root, work, out, String(kill * 100)], randomInt(1, 9), randomInt(0, 4_000));
    await checkWhole(root, out);
  }

  const store = createLocalFileStore({ root, identities: createIdentitiesInMemory() });
  assert.deepEqual(readdirSync(join(root, "temporary")), []);
  writeFileSync(join(top, "made"), "hello");
  const file = await store.adopt(join(top, "made"), "file", "result");
  await store.publish(file, "result", { cwd: out });
  assert.deepEqual(
    readdirSync(out).filter((name) => name.startsWith(".ligase-")),
    [],
  );
  await store.close();
});

/** Kills the child with SIGKILL so many microseconds after it has written its n-th line. */
async function runAndKill(args: readonly string[], lines: number, microseconds: number): Promise<void> {
  const child = spawn(process.execPath, [FIXTURE, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    if (++seen < lines) continue;
    const until = process.hrtime.bigint() + BigInt(microseconds) * 1_000n;
    while (process.hrtime.bigint() < until);
    child.kill("SIGKILL");
    break;
  }
  await closed;
  assert.equal(child.signalCode, "SIGKILL", "the child ended before it was killed");
}

async function checkWhole(root: string, out: string): Promise<void> {
  const files = join(root, "files");
  for (const path of readdirSync(files, { recursive: true, encoding: "utf8" })) {
    const [algorithm, , digest, name, below] = path.split("/");
    if (name === undefined || below !== undefined) continue;
    const found = name === "folder" ? await folderDigest(join(files, path)) : fileDigest(join(files, path));
    assert.equal(found, `${algorithm}:${digest}`, path);
  }
  for (const path of readdirSync(join(root, "values"), { recursive: true, encoding: "utf8" })) {
    if (path.includes("/"))
      assert.equal(
        hashText(readFileSync(join(root, "values", path), "utf8")).replace(":", "."),
        path.split("/")[1],
      );
  }
  for (const name of ["file", "folder/a", "folder/b", "folder/deep/c"]) checkPublished(join(out, name));
}

function checkPublished(path: string): void {
  if (!existsSync(path)) return assert.equal(existsSync(join(path, "..", "a")), false, `${path} is missing`);
  const text = readFileSync(path, "utf8");
  assert.equal(text.length, Number(/^\d+ (\d+)\n/.exec(text)?.[1]), path);
}

const fileDigest = (path: string): string => "sha256:" + hash("sha256", readFileSync(path), "hex");

async function folderDigest(path: string): Promise<string | null> {
  const top = mkdtempSync(join(tmpdir(), "ligase-check-"));
  const store = createLocalFileStore({ root: top, identities: createIdentitiesInMemory() });
  const { digest } = await store.identify(Dir.at(path));
  await store.close();
  rmSync(top, { recursive: true });
  return digest;
}
