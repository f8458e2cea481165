import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test, type TestContext } from "node:test";
import {
  after,
  approve,
  copyFile,
  download,
  file,
  format,
  out,
  script,
  sh,
  task,
  workflow,
  z,
  type File,
} from "@ligase/sdk";
import { EngineRig } from "../../../testkit/src/engine-rig.ts";

const FILE = import.meta.filename;

const write = script({
  name: "builtin-write",
  input: { text: z.string() },
  output: out.file("made.txt"),
  command: ({ text }, path) => sh`printf %s ${text} > ${path}`,
});
const published = workflow({ name: "builtin-publish", input: { to: z.string() } }, ({ to }) =>
  copyFile(write({ text: "content" }), format`${to}/named.txt`),
);
const copied = workflow({ name: "builtin-copied" }, () => copyFile(write({ text: "content" }), "out/"));
const publishing = script({
  name: "builtin-publishing",
  output: { "a.b": out.file("x.txt", { publish: "published.txt" }) },
  command: (_, o) => sh`echo x > ${o["a.b"]}`,
});
const gated = workflow({ name: "builtin-gated" }, () =>
  after(approve(1, { name: "go" }), () => [copied({}), publishing({})]),
);
const inBody = task(
  { name: "builtin-in-body", input: { source: file(), to: z.string() }, light: true },
  ({ source, to }) => copyFile(source, to),
);
const fetched = workflow(
  { name: "builtin-fetch", input: { url: z.string(), sha256: z.string().optional() } },
  ({ url }) => download(url),
);
const checked = workflow(
  { name: "builtin-checked", input: { url: z.string(), sha256: z.string() } },
  ({ url, sha256 }) => download(url, { sha256, name: "x.fa" }),
);

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "ligase-builtin-"));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("copyFile brings a file to its path, and gives it at its new place under its new name", async (context) => {
  await using rig = new EngineRig(FILE);
  const to = folder(context);
  const made = (await rig.value(published, { to })) as File;
  assert.equal(readFileSync(join(to, "named.txt"), "utf8"), "content");
  assert.deepEqual([made.name, made.uri], ["named.txt", pathToFileURL(join(to, "named.txt")).href]);
});

test("a copied file that was deleted or changed is made again, and nothing else runs", async (context) => {
  await using rig = new EngineRig(FILE);
  const to = folder(context);
  const path = join(to, "named.txt");
  await rig.value(published, { to });
  for (const harm of [() => rmSync(path), () => writeFileSync(path, "other")]) {
    harm();
    const run = await rig.launch(published, { to });
    await run.ended;
    assert.equal(readFileSync(path, "utf8"), "content");
    const states = rig.engine.inspect.jobs(run.id).map((job) => `${job.task} ${job.status}`);
    assert.ok(
      states.includes("builtin-write cached") && states.includes("ligase.copy-file succeeded"),
      states.join(", "),
    );
  }
});

test("relative destinations start where the run was launched, also when it is resumed from elsewhere", async (context) => {
  await using rig = new EngineRig(FILE);
  const [here, elsewhere] = [folder(context), folder(context)];
  const before = process.cwd();
  context.after(() => process.chdir(before));
  process.chdir(here);
  const run = await rig.launch(gated);
  await rig.gates(run);
  await rig.reopen();
  process.chdir(elsewhere);
  const again = await rig.engine.resume(run.id);
  const [gate] = await rig.gates(again);
  rig.engine.decide({ run: run.id, gate: gate?.id ?? "", outcome: "approved", by: "tester" });
  const end = await again.ended;
  assert.equal(end.error, null);
  for (const name of ["out/made.txt", "published.txt"])
    assert.deepEqual(
      [name, existsSync(join(here, name)), existsSync(join(elsewhere, name))],
      [name, true, false],
    );
});

test("a copy to a relative place is another call when the run is launched from elsewhere", async (context) => {
  await using rig = new EngineRig(FILE);
  const before = process.cwd();
  context.after(() => process.chdir(before));
  for (const place of [folder(context), folder(context)]) {
    process.chdir(place);
    await rig.value(copied, {}, { check: "full" });
    assert.equal(readFileSync(join(place, "out/made.txt"), "utf8"), "content");
  }
});

test("a task's body may return a copy, into a folder under its own name", async (context) => {
  await using rig = new EngineRig(FILE);
  const to = folder(context);
  const source = join(to, "a b.txt");
  writeFileSync(source, "x");
  await rig.value(inBody, { source, to: join(to, "sub/") });
  assert.equal(readFileSync(join(to, "sub/a b.txt"), "utf8"), "x");
});

test("a local file is downloaded into the store under its name", async (context) => {
  await using rig = new EngineRig(FILE);
  const source = join(folder(context), "genome x.fa");
  writeFileSync(source, "ACGT");
  const made = (await rig.value(fetched, { url: pathToFileURL(source).href })) as File;
  assert.equal(made.name, "genome x.fa");
  assert.equal(readFileSync(made.path, "utf8"), "ACGT");
  assert.ok(existsSync(source));
});

test("an address without a name for a file gives a plain one, and a folder is no file", async (context) => {
  await using rig = new EngineRig(FILE);
  const server = createServer((_request, response) => void response.end("ACGT"));
  const { origin } = new URL(await address(server, context));
  for (const path of ["/", "/..%2f%2e%2e/%2E%2E?x", "/a%00b"]) {
    const { name } = (await rig.value(fetched, { url: origin + path })) as File;
    assert.equal(name, path === "/a%00b" ? "a_b" : "download");
  }
  const { error } = await rig.end(fetched, { url: pathToFileURL(folder(context)).href });
  assert.equal(error?.code, "file-is-a-folder");
});

test("a download is fetched once and then cached; another content than the checksum says is an error", async (context) => {
  await using rig = new EngineRig(FILE);
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end("ACGT");
  });
  const url = await address(server, context);
  const sha256 = createHash("sha256").update("ACGT").digest("hex");
  const made = (await rig.value(checked, { url, sha256 })) as File;
  assert.equal(made.name, "x.fa");
  await rig.value(checked, { url, sha256 });
  assert.equal(requests, 1);
  const { error } = await rig.end(checked, { url, sha256: "0".repeat(64) });
  assert.equal(error?.code, "checksum-differs");
});

async function address(server: Server, context: TestContext): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/dir/genome.fa?version=1`;
}
