import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { File, z } from "ligase";
import type { RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { cellsFrom } from "./cells.ts";
import { errorRateOf, trainOn } from "./logistic-regression.ts";
import { Feedback, Model } from "./model.ts";
import { releaseModel } from "./workflow.ts";

const FLOW = join(import.meta.dirname, "workflow.ts");
const SOAK_MS = 10_000;

const Result = z.object({ outcome: z.enum(["released", "rolled back"]), feedback: z.array(Feedback) });
const Route = z.object({ percent: z.int(), model: Model });

/** An engine of ana's, and the folder that the servers read. */
function service() {
  const rig = new EngineRig(FLOW, { user: "ana" });
  const serving = join(rig.root, "serving");
  const path = join(serving, "route.json");
  return {
    rig,
    launch: (more: object = {}) => rig.launch(releaseModel, { serving, ...more }),
    isServing: () => existsSync(path),
    route: () => Route.parse(JSON.parse(readFileSync(path, "utf8"))),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

function vote(rig: EngineRig, run: RunHandle, by: string, more: object = {}) {
  return rig.engine.decide({ run: run.id, gate: "release", outcome: "approved", by, ...more });
}

/** Ana launched, ben and cid approve. */
async function approved(rig: EngineRig, run: RunHandle) {
  await rig.gates(run);
  for (const by of ["ben", "cid"]) vote(rig, run, by);
  await rig.gatesLeft(run, 0);
}

/** Lets the time of so many steps pass, one after the other. */
async function passSteps(rig: EngineRig, run: RunHandle, count: number) {
  for (let step = 0; step < count; step++) {
    await rig.gates(run);
    rig.clock.advance(SOAK_MS);
    await rig.gatesLeft(run, 0);
  }
}

async function resultOf(run: RunHandle) {
  return Result.parse(valueOf(await run.ended));
}

const outline = (feedback: readonly Feedback[]) =>
  feedback.map(({ percent, cells, isGood }) => [percent, cells, isGood]);

test("two people who did not launch it see the evaluation and approve; nothing serves before", async () => {
  await using setting = service();
  const { rig, launch, isServing, route } = setting;
  const run = await launch();
  const [gate] = await rig.gates(run);
  assert.equal(gate?.question, "It is wrong about 2 % of new cells. Roll it out?");
  const [page] = z.array(z.instanceof(File)).parse(gate?.evidence);
  assert.match(readFileSync(page?.path ?? "", "utf8"), /Wrong about 2\.0 % of 800 cells.*<svg/s);

  assert.throws(() => vote(rig, run, "ana"), { code: "decision-not-allowed" });
  vote(rig, run, "ben");
  vote(rig, run, "ben", { comment: "again" });
  assert.equal(isServing(), false);
  vote(rig, run, "cid");
  await rig.gatesLeft(run, 0);
  await rig.gates(run);
  assert.equal(route().percent, 5);
});

test("good feedback leads through all steps, each measured when its time has passed", async () => {
  await using setting = service();
  const { rig, launch, route } = setting;
  const run = await launch();
  await approved(rig, run);
  await passSteps(rig, run, 3);
  const { outcome, feedback } = await resultOf(run);
  assert.equal(outcome, "released");
  assert.deepEqual(outline(feedback), [
    [5, 50, true],
    [25, 250, true],
    [100, 1000, true],
  ]);
  assert.equal(route().percent, 100);
});

test("bad feedback rolls back, and no further step is tried", async () => {
  await using setting = service();
  const { rig, launch, route } = setting;
  const run = await launch({ miscalibrated: [4] });
  await approved(rig, run);
  await passSteps(rig, run, 2);
  const { outcome, feedback } = await resultOf(run);
  assert.equal(outcome, "rolled back");
  assert.deepEqual(outline(feedback), [
    [5, 50, true],
    [25, 250, false],
  ]);
  assert.equal(route().percent, 0);
});

test("one rejection is enough, and nothing serves", async () => {
  await using setting = service();
  const { rig, launch, isServing } = setting;
  const run = await launch();
  await rig.gates(run);
  vote(rig, run, "ben");
  vote(rig, run, "cid", { outcome: "rejected", comment: "too few sites" });
  const { status, error } = await run.ended;
  assert.deepEqual([status, error?.message], ["failed", 'cid rejected "release": too few sites']);
  assert.equal(isServing(), false);
});

test("a run that was left between two steps goes on where it was", async () => {
  await using setting = service();
  const { rig, launch, route } = setting;
  const run = await launch();
  await approved(rig, run);
  await passSteps(rig, run, 1);
  await rig.gates(run);
  await rig.waiting(run);
  run.interrupt();
  await run.ended;
  await rig.reopen();
  const resumed = await rig.engine.resume(run.id);
  await passSteps(rig, resumed, 2);
  const { outcome } = await resultOf(resumed);
  assert.deepEqual([outcome, route().percent], ["released", 100]);
  assert.equal(rig.ran(run.id, "route-traffic"), 3);
});

test("another run trains nothing anew, and asks and rolls out again", async () => {
  await using setting = service();
  const { rig, launch } = setting;
  const first = await launch();
  await approved(rig, first);
  await passSteps(rig, first, 3);
  await resultOf(first);
  const second = await launch();
  await approved(rig, second);
  await passSteps(rig, second, 3);
  await resultOf(second);
  assert.deepEqual(
    ["train-model", "route-traffic", "measure-feedback"].map((task) => rig.ran(second.id, task)),
    [0, 3, 3],
  );
});

test("the model tells malignant cells from benign ones, and errs where a microscope is off", () => {
  const cells = { percent: 100, cellsPerSite: 40, miscalibrated: [] };
  const model = trainOn(cellsFrom({ ...cells, seed: 1 }));
  assert.ok(errorRateOf(model, cellsFrom({ ...cells, seed: 2 })) < 0.05);
  assert.ok(errorRateOf(model, cellsFrom({ ...cells, seed: 2, percent: 5, miscalibrated: [1] })) > 0.3);
});
