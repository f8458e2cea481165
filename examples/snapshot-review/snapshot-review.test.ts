import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { File, file, isLigaseError, z } from "ligase";
import type { RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Tube } from "./model.ts";
import { differencesBetween, profileColumns } from "./profile.ts";
import { loadSnapshot, makeSnapshots } from "./workflow.ts";

const FLOW = join(import.meta.dirname, "workflow.ts");
const Result = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("loaded"), tubes: z.int(), corrected: z.boolean(), database: file() }),
  z.object({ outcome: z.literal("not loaded"), reason: z.string() }),
]);

/** An engine, and beside its store the snapshots of two days. */
async function withData() {
  const rig = new EngineRig(FLOW);
  const [data, output] = [join(rig.root, "data"), join(rig.root, "results")];
  const { monday, tuesday } = z
    .object({ monday: file(), tuesday: file() })
    .parse(await rig.value(makeSnapshots, { output: data }));
  const load = (snapshot = tuesday) =>
    rig.launch(loadSnapshot, { snapshot: snapshot.path, last: monday.path, output });
  return { rig, tuesday, output, load, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

const decision = { gate: "snapshot", outcome: "approved", by: "ana" } as const;

async function resultOf(run: RunHandle) {
  return Result.parse(valueOf(await run.ended));
}

function tubesIn(database: string) {
  using opened = new DatabaseSync(database, { readOnly: true });
  return z.array(Tube).parse(
    opened
      .prepare("SELECT * FROM tube ORDER BY tube")
      .all()
      .map((row) => ({ ...row })),
  );
}

test("what was approved is in the database, and nothing is before", async () => {
  await using setting = await withData();
  const { rig, load, output } = setting;
  const run = await load();
  const [gate] = await rig.gates(run);
  assert.equal(gate?.question, "Load 25 tubes? 9 differ from the last snapshot, 4 values are missing.");
  assert.equal(existsSync(join(output, "tubes.db")), false);
  rig.engine.decide({ ...decision, run: run.id });
  const result = await resultOf(run);
  assert.ok(result.outcome === "loaded");
  assert.deepEqual([result.tubes, result.corrected], [25, false]);
  assert.equal(tubesIn(result.database.path).length, 25);
});

test("the page that the gate shows has the figures and the differences, and stays as it was shown", async () => {
  await using setting = await withData();
  const { rig, load, output } = setting;
  const run = await load();
  const [gate] = await rig.gates(run);
  writeFileSync(join(output, "snapshot.html"), "all is well");
  const [page] = z.array(z.instanceof(File)).parse(gate?.evidence);
  const html = readFileSync(page?.path ?? "", "utf8");
  assert.match(html, /25 tubes, 24 in the last snapshot.*<svg.*9 differences.*T0005.*saliva, 615 ng/s);
});

test("whoever approves may correct the snapshot; the correction is loaded, and counts for the same snapshot again", async () => {
  await using setting = await withData();
  const { rig, load } = setting;
  const run = await load();
  const [gate] = await rig.gates(run);
  const shown = z.array(Tube).parse(gate?.value);
  const value = shown.map((tube) => (tube.tube === "T0005" ? { ...tube, concentration: 61.5 } : tube));
  rig.engine.decide({ ...decision, run: run.id, value, comment: "the point was lost" });
  for (const loading of [run, await load()]) {
    const result = await resultOf(loading);
    assert.ok(result.outcome === "loaded");
    assert.equal(result.corrected, true);
    assert.deepEqual(tubesIn(result.database.path), value);
  }
});

test("a correction that is no list of tubes is refused with its place", async () => {
  await using setting = await withData();
  const { rig, load } = setting;
  const run = await load();
  await rig.gates(run);
  const value = [{ tube: "T1", tissue: "bone", concentration: null, volume: 1 }];
  assert.throws(() => rig.engine.decide({ ...decision, run: run.id, value }), {
    code: "signal-not-valid",
    message: /\[0\]\.tissue/,
  });
});

test("a rejected snapshot is not loaded, and the reason is in the result", async () => {
  await using setting = await withData();
  const { rig, load, output } = setting;
  const run = await load();
  await rig.gates(run);
  rig.engine.decide({ ...decision, run: run.id, outcome: "rejected", comment: "T0005 is wrong" });
  assert.deepEqual(await resultOf(run), {
    outcome: "not loaded",
    reason: 'ana rejected "snapshot": T0005 is wrong',
  });
  assert.equal(existsSync(join(output, "tubes.db")), false);
});

test("the approval of a snapshot does not count for another one", async () => {
  await using setting = await withData();
  const { rig, load, tuesday } = setting;
  const first = await load();
  await rig.gates(first);
  rig.engine.decide({ ...decision, run: first.id });
  await resultOf(first);

  const changed = join(rig.root, "changed.tsv");
  writeFileSync(changed, (await tuesday.text()).replace("\t615\t", "\t61.5\t"));
  const second = await load(File.at(changed));
  const [gate] = await rig.gates(second);
  assert.equal(gate?.status, "open");
});

test("a cell that is no measurement is told before anything runs", async () => {
  await using setting = await withData();
  const { rig, load, tuesday } = setting;
  const broken = join(rig.root, "broken.tsv");
  writeFileSync(broken, (await tuesday.text()).replace("\t615\t", "\tmuch\t"));
  await assert.rejects(load(File.at(broken)), (error) => {
    assert.ok(isLigaseError(error));
    assert.match(error.message, /row 4, column "concentration"/);
    return true;
  });
});

const tube = { tube: "T1", tissue: "blood", concentration: 50, volume: 200 } as const;

test("a column in figures leaves out what is missing", () => {
  const [concentration] = profileColumns([
    tube,
    { ...tube, concentration: null },
    { ...tube, concentration: 70 },
  ]);
  assert.deepEqual(concentration, {
    column: "concentration",
    missing: 1,
    smallest: 50,
    median: 70,
    largest: 70,
  });
});

test("differences name what was added, removed and changed", () => {
  const found = differencesBetween(
    [tube, { ...tube, tube: "T2" }],
    [
      { ...tube, volume: 150 },
      { ...tube, tube: "T3" },
    ],
  );
  assert.deepEqual(
    found.map((row) => [row.tube, row.difference]),
    [
      ["T1", "changed"],
      ["T2", "removed"],
      ["T3", "added"],
    ],
  );
});
