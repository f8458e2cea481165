import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "ligase";
import type { Engine, RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Cell } from "./model.ts";
import { simulated } from "./tasks.ts";
import { labelOf } from "./worker.ts";
import { activeLearning } from "./workflow.ts";

const FLOW = join(import.meta.dirname, "workflow.ts");
const Result = z.object({ labels: z.int(), errorRate: z.number(), model: z.unknown() });
const poolSize = simulated(7).length;

const Input = z.object({ cell: Cell });
const microscope = {
  topics: ["cells"],
  worker: "microscope",
  by: { name: "ana", roles: ["operator"] },
} as const;

/** Does what the worker does, beside the engine and not over HTTP. */
const labelCells = (external: Engine["external"]): string[] =>
  external.lease({ ...microscope, limit: 100 }).map(({ task, token, input }) => {
    const { cell } = Input.parse(input);
    external.complete(task.id, token, labelOf(cell));
    return cell.id;
  });

/** Lets the worker label the cells of a round, and tells which they are. */
async function labelRound(rig: EngineRig, run: RunHandle, perRound: number): Promise<string[]> {
  await rig.gates(run, perRound);
  const ids = labelCells(rig.engine.external);
  await rig.gatesLeft(run, 0);
  return ids;
}

test("each round asks for other cells, and the model of few labels is nearly as good as one of all", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await rig.launch(activeLearning);
  const asked: string[] = [];
  for (const _ of [1, 2, 3, 4]) asked.push(...(await labelRound(rig, run, 8)));
  assert.equal(new Set(asked).size, 32);
  const { labels, errorRate } = Result.parse(valueOf(await run.ended));
  assert.equal(labels, 32);
  assert.ok(labels < poolSize / 5);
  assert.ok(errorRate < 0.05, `${errorRate}`);
});

test("a label of the wrong type is refused, and the worker keeps the cell", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await rig.launch(activeLearning, { rounds: 1, perRound: 2 });
  await rig.gates(run, 2);
  const [leased] = rig.engine.external.lease(microscope);
  assert.ok(leased !== undefined);
  const label = (isMalignant: unknown) =>
    rig.engine.external.complete(leased.task.id, leased.token, { isMalignant });
  assert.throws(() => label("perhaps"), { code: "signal-not-valid", message: /isMalignant/ });
  assert.equal(label(true).state, "done");
});

test("a run that waits for labels goes on where it was in another process", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await rig.launch(activeLearning, { rounds: 2, perRound: 8 });
  await labelRound(rig, run, 8);
  await rig.gates(run, 8);
  await rig.waiting(run);
  run.interrupt();
  await run.ended;
  await rig.reopen();
  const resumed = await rig.engine.resume(run.id);
  await labelRound(rig, resumed, 8);
  assert.equal(Result.parse(valueOf(await resumed.ended)).labels, 16);
  assert.equal(rig.ran(run.id, "choose-cells"), 2);
});

test("when nobody labels in time, the run fails as expired", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await rig.launch(activeLearning);
  await rig.gates(run, 8);
  await rig.waiting(run);
  rig.clock.advance(7 * 86_400_000);
  const { status, error } = await run.ended;
  assert.deepEqual([status, error?.kind], ["failed", "expired"]);
});
