import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { map, task, workflow, z } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Case 40 of the conformance list: limits and capacity. */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const licensed = puppets.task({
  name: "licensed",
  input: { x: number },
  output: number,
  limits: ["license"],
});
const greedy = puppets.task({ name: "greedy", input: { x: number }, output: number, limits: { license: 2 } });
const heavy = puppets.task({
  name: "heavy",
  input: { x: number },
  output: number,
  resources: { cpu: 2, memory: "1 GiB" },
});

const manyLicensed = workflow({ name: "many-licensed" }, () => [
  map([1, 2, 3, 4, 5], (x) => licensed({ x })),
  map([1, 2], (x) => greedy({ x })),
]);

test("(40) never more of a limit is held than allowed, whoever takes how much", async () => {
  await using rig = new EngineRig(FILE, { limits: { license: 3 } });
  const run = await rig.launch(manyLicensed);
  for (let ended = 0; ended < 7; ended++) {
    const call = await puppets.nextCall();
    assert.ok(heldNow() <= 3);
    call.succeed(1);
  }
  assert.equal((await run.ended).status, "succeeded");
});

function heldNow(): number {
  return puppets.log.reduce(
    (held, line) => held + (line.startsWith("+") ? 1 : -1) * (line.includes("greedy") ? 2 : 1),
    0,
  );
}

test("(40) a limit without a size has room for one", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(licensedOnly);
  for (const x of [1, 2, 3]) (await puppets.nextCall("licensed")).succeed(x);
  assert.deepEqual(valueOf(await run.ended), [1, 2, 3]);
  assert.deepEqual(puppets.log.map((line) => line[0]).join(""), "+-+-+-");
});

const licensedOnly = workflow({ name: "licensed-only" }, () => map([1, 2, 3], (x) => licensed({ x })));

test("(40) a limit is given back when a job fails", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(licensedOnly, {}, { onFailure: "finish" });
  (await puppets.nextCall("licensed")).fail("broken");
  (await puppets.nextCall("licensed")).succeed(2);
  (await puppets.nextCall("licensed")).succeed(3);
  assert.equal((await run.ended).error?.message, "broken");
});

test("(40) cached jobs take no limit", async () => {
  await using rig = new EngineRig(FILE);
  const first = await rig.launch(licensedOnly);
  for (const x of [1, 2, 3]) (await puppets.nextCall("licensed")).succeed(x);
  await first.ended;
  const holding = await rig.launch(holds);
  const holder = await puppets.nextCall("licensed");
  assert.deepEqual(
    await rig.value(licensedOnly, {}, { check: "full" }),
    [1, 2, 3],
    "while another run holds the only license",
  );
  holder.succeed(9);
  assert.equal(valueOf(await holding.ended), 9);
});

const holds = workflow({ name: "holds" }, () => licensed({ x: 9 }));

test("(40) limits hold across the runs of an engine", async () => {
  await using rig = new EngineRig(FILE);
  const runs = [await rig.launch(holds), await rig.launch(licensedOnly)];
  for (let n = 0; n < 4; n++) (await puppets.nextCall("licensed")).succeed(n);
  for (const run of runs) assert.equal((await run.ended).status, "succeeded");
  assert.equal(puppets.log.map((line) => line[0]).join(""), "+-+-+-+-");
});

test("(40) the machine is never overcommitted", async () => {
  await using rig = new EngineRig(FILE, { machine: { cpu: 5, memoryBytes: 2 ** 40 } });
  const run = await rig.launch(heavyOnes);
  const calls = [await puppets.nextCall("heavy"), await puppets.nextCall("heavy")];
  await rig.value(light);
  assert.equal(puppets.begun("heavy"), 2, "a third would need 6 of 5 cores");
  for (const call of calls) call.succeed(0);
  (await puppets.nextCall("heavy")).succeed(0);
  assert.equal((await run.ended).status, "succeeded");
});

const heavyOnes = workflow({ name: "heavy-ones" }, () => map([1, 2, 3], (x) => heavy({ x })));
const light = task({ name: "light", light: true }, () => 1);
