import assert from "node:assert/strict";
import { test } from "node:test";
import { cond, eq, isLigaseError, map, out, script, sh, workflow, z } from "@ligase/sdk";
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
const main = workflow({ name: "preflight-main" }, () => [present({ x: 1 }), map([1], (x) => inner({ x }))]);
const fine = workflow({ name: "preflight-fine" }, () => [
  present({ x: 1 }),
  cond(
    eq(1, 2),
    () => elsewhere({}),
    () => "",
  ),
]);

test("a tool that is missing anywhere below is an error that names task and tools before anything runs", async () => {
  await using rig = new EngineRig(FILE);
  await assert.rejects(
    rig.launch(main),
    (error) =>
      isLigaseError(error, "tool-not-installed") &&
      /preflight-missing.*snpEff-of-no-machine, prodigal-x/.test(error.message),
  );
  assert.deepEqual(rig.engine.inspect.runs(), []);
});

test("the tools that all tasks lack are one error, with one command to install them", async () => {
  await using rig = new EngineRig(FILE);
  await assert.rejects(rig.launch(several), (error) => {
    assert.ok(isLigaseError(error, "tool-not-installed"));
    assert.match(
      error.message,
      /"preflight-caller" needs gatk; "preflight-missing" needs snpEff-of-no-machine/,
    );
    assert.match(error.remedy, /conda install -c conda-forge -c bioconda gatk4/);
    assert.match(error.remedy, /Of prodigal-x, snpEff-of-no-machine no package is known/);
    return true;
  });
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
