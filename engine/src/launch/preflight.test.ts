import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cond, eq, map, out, script, sh, task, workflow, z } from "@ligase/sdk";
import { EngineRig } from "../../../testkit/src/engine-rig.ts";

const FILE = import.meta.filename;

const present = script({
  name: "preflight-present",
  input: { x: z.number() },
  tools: ["bash", "/bin/sh"],
  output: out.stdout(),
  command: ({ x }) => sh`echo ${x}`,
});
const missing = script({
  name: "preflight-missing",
  input: { x: z.number() },
  tools: ["bash", "snpEff-of-no-machine", "prodigal-x"],
  output: out.stdout(),
  command: ({ x }) => sh`snpEff-of-no-machine ${x}`,
});
const elsewhere = script({
  name: "preflight-elsewhere",
  tools: ["tool-of-no-machine"],
  image: "lab/tool:1",
  output: out.stdout(),
  command: () => sh`true`,
});
const caller = script({
  name: "preflight-caller",
  tools: ["gatk"],
  env: { PATH: "/folder-of-no-machine" },
  output: out.stdout(),
  command: () => sh`gatk`,
});
const several = workflow({ name: "preflight-several" }, () => [caller({}), missing({ x: 1 })]);
const inner = workflow({ name: "preflight-inner", input: { x: z.number() } }, ({ x }) =>
  cond(
    eq(x, 1),
    () => missing({ x }),
    () => "",
  ),
);
const noted = script({
  name: "preflight-noted",
  input: { note: z.string() },
  output: out.stdout(),
  command: ({ note }) => sh`echo ${note}`,
});
const aligned = script({
  name: "preflight-aligned",
  tools: ["aligner-of-one-day"],
  output: out.stdout(),
  command: () => sh`echo aligned`,
});
const pipeline = workflow({ name: "preflight-pipeline", input: { note: z.string() } }, ({ note }) => [
  aligned({}),
  noted({ note }),
]);
const fromBody = task({ name: "preflight-from-body", light: true }, () => missing({ x: 1 }));
const main = workflow({ name: "preflight-main" }, () => [present({ x: 1 }), map([1], (x) => inner({ x }))]);
const fine = workflow({ name: "preflight-fine" }, () => [
  present({ x: 1 }),
  cond(
    eq(1, 2),
    () => elsewhere({}),
    () => "",
  ),
]);

test("a tool that is missing anywhere below fails the run before its first job, by task and tools", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(main);
  const { status, error } = await run.ended;
  assert.deepEqual([status, error?.code], ["failed", "tool-not-installed"]);
  assert.match(error?.message ?? "", /preflight-missing.*snpEff-of-no-machine, prodigal-x/);
  assert.equal(rig.ran(run.id, "preflight-present"), 0);
});

test("the tools that all tasks lack are one error, with one command to install them", async () => {
  await using rig = new EngineRig(FILE);
  const { error } = await rig.end(several);
  assert.equal(error?.code, "tool-not-installed");
  assert.match(
    error?.message ?? "",
    /"preflight-caller" needs gatk; "preflight-missing" needs snpEff-of-no-machine/,
  );
  assert.match(error?.remedy ?? "", /conda install -c conda-forge -c bioconda gatk4/);
  assert.match(error?.remedy ?? "", /Of prodigal-x, snpEff-of-no-machine no package is known/);
});

test("a run that the cache answers needs no tools, and what is computed beside needs only its own", async (t) => {
  await using rig = new EngineRig(FILE);
  const folder = mkdtempSync(join(tmpdir(), "ligase-preflight-"));
  const path = process.env["PATH"] ?? "";
  t.after(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });
  symlinkSync("/bin/true", join(folder, "aligner-of-one-day"));
  process.env["PATH"] = `${folder}:${path}`;
  assert.deepEqual(await rig.value(pipeline, { note: "a" }), ["aligned", "a"]);
  rmSync(join(folder, "aligner-of-one-day"));
  assert.deepEqual(await rig.value(pipeline, { note: "a" }, { check: "full" }), ["aligned", "a"]);
  assert.deepEqual(await rig.value(pipeline, { note: "b" }), ["aligned", "b"]);
  assert.equal((await rig.end(pipeline, { note: "b" }, { check: "none" })).error?.code, "tool-not-installed");
});

test("a tool of a task that only a body calls is missed when its job is to start", async () => {
  await using rig = new EngineRig(FILE);
  const { error } = await rig.end(fromBody);
  assert.equal(error?.code, "tool-not-installed");
});

test("tools that are there, and those of tasks with an image, stop nothing", async () => {
  await using rig = new EngineRig(FILE);
  assert.deepEqual(await rig.value(fine), ["1", ""]);
});

test("a dry run needs no tools", async () => {
  await using rig = new EngineRig(FILE);
  const { status } = await rig.end(main, {}, { dryRun: true });
  assert.notEqual(status, "failed");
});
