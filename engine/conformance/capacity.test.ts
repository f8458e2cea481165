import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { add, catchError, workflow, z } from "@ligase/sdk";
import { EngineRig } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());
const number = z.number();
const heavy = puppets.task({
  name: "heavy",
  input: { x: number },
  output: number,
  resources: { cpu: 2, memory: "1 GiB" },
});
const greedy = puppets.task({ name: "greedy", input: { x: number }, output: number, limits: { license: 2 } });

const equalImpossible = workflow({ name: "equal-impossible" }, () => {
  const tried = (more: number) =>
    catchError(() => add(heavy({ x: 1 }), more), { misuse: (error) => error.code });
  return [tried(1), tried(2)];
});

test("(40) two equal calls above capacity are refused alike", { timeout: 5000 }, async () => {
  await using rig = new EngineRig(FILE, { machine: { cpu: 1 } });
  assert.deepEqual(await rig.value(equalImpossible), [
    "resources-above-capacity",
    "resources-above-capacity",
  ]);
});

test("(40) a request above capacity is an error at once that names what is asked and what there is", async () => {
  await using rig = new EngineRig(FILE, { limits: { license: 1 }, machine: { cpu: 1 } });
  const cpu = await rig.end(heavy, { x: 1 });
  assert.deepEqual(
    { status: cpu.status, code: cpu.error?.code, task: cpu.error?.task },
    { status: "failed", code: "resources-above-capacity", task: "heavy" },
  );
  const limit = await rig.end(greedy, { x: 1 });
  assert.equal(limit.error?.code, "limit-above-capacity");
  assert.equal(puppets.log.length, 0);
});
