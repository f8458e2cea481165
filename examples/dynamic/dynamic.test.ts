import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { file } from "ligase";
import type { RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { countWords } from "./fan-out.ts";
import { nim } from "./game-tree.ts";
import { compareMethods } from "./higher-order.ts";
import { sequence } from "./polling.ts";

const example = (name: string) => join(import.meta.dirname, name);

/** Lets time pass as fast as the run can take it. */
async function untilEnd(rig: EngineRig, run: RunHandle) {
  for (;;) {
    const end = await Promise.race([run.ended, setImmediate(null)]);
    if (end !== null) return end;
    rig.clock.advance(1_000);
  }
}

test("game-tree: every position is one job however many games lead to it, and the next run computes none", async () => {
  await using rig = new EngineRig(example("game-tree.ts"));
  const first = await rig.launch(nim, { piles: [3, 4, 5] });
  assert.deepEqual(valueOf(await first.ended), { won: true, winningMoves: [[1, 4, 5]] });
  assert.equal(rig.ran(first.id, "is-won"), 48);
  const second = await rig.launch(nim, { piles: [3, 4, 5] });
  await second.ended;
  assert.equal(rig.ran(second.id, "is-won"), 0);
});

test("game-tree: trillions of games are a few hundred jobs", async () => {
  await using rig = new EngineRig(example("game-tree.ts"));
  const run = await rig.launch(nim, { piles: [4, 5, 6, 7] });
  assert.deepEqual(valueOf(await run.ended), { won: false, winningMoves: [] });
  assert.equal(rig.ran(run.id, "is-won"), 275);
});

const text = readFileSync(example("text.txt"), "utf8");
const frequent = [
  { word: "a", times: 5 },
  { word: "and", times: 5 },
  { word: "is", times: 5 },
];

test("fan-out: the number of parts follows from the text, the words do not depend on it", async () => {
  await using rig = new EngineRig(example("fan-out.ts"));
  for (const [lines, parts] of [
    [2, 5],
    [1, 9],
    [100, 1],
  ] as const) {
    const value = await rig.value(countWords, { text: example("text.txt"), lines });
    assert.deepEqual(value, { parts, words: frequent });
  }
});

test("fan-out: a changed word runs its own part again and the sums above it, and nothing else", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ligase-fan-out-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const copy = join(folder, "text.txt");
  await using rig = new EngineRig(example("fan-out.ts"));
  writeFileSync(copy, text);
  await rig.value(countWords, { text: copy, lines: 1 });
  writeFileSync(copy, text.replace("folded", "unfolded"));
  const run = await rig.launch(countWords, { text: copy, lines: 1 });
  assert.equal((await run.ended).status, "succeeded");
  // Of nine parts in pairs: one part, and one sum on each of the four storeys.
  assert.deepEqual([rig.ran(run.id, "count-part"), rig.ran(run.id, "add-tables")], [1, 4]);
});

test("higher-order: tasks, workflows and bound tasks are called by those they are passed to", async () => {
  await using rig = new EngineRig(example("higher-order.ts"));
  const value = await rig.value(compareMethods, { values: [3, 1, 8, 2] });
  assert.deepEqual(value, {
    mean: { middle: 3.5, leftOut: [11 / 3, 13 / 3, 2, 4], residuals: [-0.5, -2.5, 4.5, -1.5] },
    median: { middle: 2.5, leftOut: [2, 3, 2, 3], residuals: [0.5, -1.5, 5.5, -0.5] },
    upperQuartile: { middle: 3, leftOut: [8, 8, 3, 8], residuals: [0, -2, 5, -1] },
  });
});

const tasksOf = (rig: EngineRig, run: RunHandle) => rig.engine.inspect.jobs(run.id).map(({ task }) => task);

test("polling: each round asks anew until the answer is final, and only then the reads are fetched", async () => {
  await using rig = new EngineRig(example("polling.ts"));
  const run = await rig.launch(sequence, { sample: "S1" });
  const reads = file().parse(valueOf(await untilEnd(rig, run)));
  assert.equal(readFileSync(reads.path, "utf8"), "reads of order-S1\n");
  assert.deepEqual(tasksOf(rig, run), ["sequence", "order", "ask", "ask", "ask", "fetch-reads"]);
});

test("polling: a rejected order fails the run, and nothing is fetched", async () => {
  await using rig = new EngineRig(example("polling.ts"));
  const run = await rig.launch(sequence, { sample: "S0" });
  const { status, error } = await untilEnd(rig, run);
  assert.deepEqual([status, error?.message], ["failed", "The centre has rejected order-S0."]);
  assert.deepEqual(tasksOf(rig, run), ["sequence", "order", "ask"]);
});

test("polling: another run asks again, and fetches nothing that it has", async () => {
  await using rig = new EngineRig(example("polling.ts"));
  await untilEnd(rig, await rig.launch(sequence));
  const again = await rig.launch(sequence);
  await untilEnd(rig, again);
  assert.deepEqual(
    [rig.ran(again.id, "ask"), rig.ran(again.id, "order"), rig.ran(again.id, "fetch-reads")],
    [3, 0, 0],
  );
});
