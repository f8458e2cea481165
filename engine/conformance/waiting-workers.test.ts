import assert from "node:assert/strict";
import { test } from "node:test";
import { external, workflow, z } from "@ligase/sdk";
import type { LeasedTask, RunHandle } from "@ligase/engine";
import { EngineRig } from "../../testkit/src/engine-rig.ts";
import { labelled, MINUTE_MS, pull, pullOne } from "./fixtures/labelling.ts";

/* Whoever waits for external tasks is told of all that come into line (R10). */

/** A worker that loses its task while another one waits; what the second is given when somebody has the first taken back. */
async function givenWhen(takesBack: (rig: EngineRig) => void): Promise<void> {
  await using rig = new EngineRig(import.meta.filename);
  await labelled(rig);
  const lost = pullOne(rig);
  const told = Promise.withResolvers<LeasedTask>();
  const stop = rig.engine.external.subscribe(() => {
    for (const leased of pull(rig, { worker: "w2" })) told.resolve(leased);
  });
  rig.clock.advance(MINUTE_MS);
  takesBack(rig);
  const { task } = await told.promise;
  assert.deepEqual([task.id, task.lostLeases], [lost.task.id, 1]);
  stop();
}

test("who waits for tasks is told of one that was taken back for somebody who asked for others", () =>
  givenWhen((rig) => assert.deepEqual(pull(rig, { topics: ["numbers"] }), [])));

test("who waits for tasks is told of one that was taken back for somebody who looked at the line", () =>
  givenWhen((rig) => assert.equal(rig.engine.external.list({ state: "ready" }).length, 1)));

const scan = external({ name: "scan", topic: "scans", output: z.number(), limit: 1 });
const scanning = workflow({ name: "scanning" }, () => scan({}));
const ofScans = { topics: ["scans"] } as const;

/** A worker waits, for no more than one scan may be done at a time; what it is given when the run of that one is cancelled. */
async function givenWhenCancelled(before: (first: RunHandle) => Promise<unknown>): Promise<void> {
  await using rig = new EngineRig(import.meta.filename);
  const first = await rig.launch(scanning);
  await rig.gates(first);
  pullOne(rig, ofScans);
  const second = await rig.launch(scanning);
  await rig.gates(second);
  await before(first);
  const told = Promise.withResolvers<LeasedTask>();
  const stop = rig.engine.external.subscribe(() => {
    for (const leased of pull(rig, ofScans)) told.resolve(leased);
  });
  assert.deepEqual(pull(rig, ofScans), []);
  rig.engine.cancel(first.id);
  assert.equal((await told.promise).task.runId, second.id);
  stop();
}

test("who waits for tasks is told of the room that a cancelled run leaves", () =>
  givenWhenCancelled(() => Promise.resolve()));

test("who waits for tasks is told of the room that a run leaves which nobody advances", () =>
  givenWhenCancelled((first) => {
    first.interrupt();
    return first.ended;
  }));
