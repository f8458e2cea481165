import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { waitForEvent, workflow, z } from "@ligase/sdk";
import type { RunHandle } from "@ligase/engine";
import { EngineRig } from "../../testkit/src/engine-rig.ts";

/* C24: whatever the order in which gates open and events are published, nothing is lost and nothing is given twice. */

const FILE = import.meta.filename;

const waiter = workflow({ name: "waiter", input: { key: z.string() } }, ({ key }) =>
  waitForEvent({ name: "e", key, schema: z.number() }),
);

const step = fc.record({
  what: fc.constantFrom("open", "publish", "publish-again"),
  key: fc.constantFrom("a", "b"),
  /** Goes on while the gate is being opened. */
  isHasty: fc.boolean(),
});

test("C24: each event for one is given to exactly one gate, in any order of opening and publishing", async () => {
  await using rig = new EngineRig(FILE);
  let cases = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async (steps) => {
      const prefix = `case ${++cases} `;
      const runs: RunHandle[] = [];
      const published: string[] = [];
      for (const [n, { what, key, isHasty }] of steps.entries()) {
        if (what === "open") {
          const run = await rig.launch(waiter, { key: prefix + key });
          runs.push(run);
          if (!isHasty) await settled(run);
        } else {
          const id = what === "publish" ? `${prefix}${n}` : (published.at(-1) ?? `${prefix}${n}`);
          const event = { key: prefix + key, payload: n, id };
          if (rig.engine.events.publish(event, { name: "ada" }).isNew) published.push(id);
        }
      }
      for (const run of runs) await settled(run);
      for (const key of ["a", "b"]) check(rig, prefix + key, runs);
      for (const run of runs) run.cancel();
      await Promise.all(runs.map((run) => run.ended));
    }),
    { numRuns: 40 },
  );
});

/** Resolves when a run waits, or has succeeded. */
async function settled(run: RunHandle): Promise<void> {
  const isOver = (): boolean => run.progress().status === "succeeded";
  while (!isOver() && run.progress().openGates.length === 0) await nextTurn();
}

function check(rig: EngineRig, key: string, runs: readonly RunHandle[]): void {
  const events = rig.engine.events.list({ key, limit: 100 }).toReversed();
  const gates = runs
    .flatMap(({ id }) => rig.engine.inspect.gates(id))
    .filter(({ value }) => (value as { key: string }).key === key);
  const taken = events.flatMap(({ takenBy }) => takenBy);
  assert.equal(new Set(taken).size, taken.length, "no gate took two");
  assert.ok(
    events.every(({ takenBy }) => takenBy.length <= 1),
    "none was given twice",
  );
  assert.equal(taken.length, Math.min(events.length, gates.length), "none is lost");
  for (const { id, takenBy, payload } of events) {
    const gate = gates.find((one) => one.id === takenBy[0]);
    if (takenBy.length > 0)
      assert.deepEqual([gate?.decision?.event?.id, gate?.decision?.value], [id, payload]);
  }
  const isClosed = gates.filter(({ status }) => status === "resolved").length;
  assert.equal(isClosed, taken.length);
  // The oldest events are given first.
  assert.ok(events.slice(0, taken.length).every(({ takenBy }) => takenBy.length === 1));
}
