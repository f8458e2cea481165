import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { file, isLigaseError, z } from "ligase";
import { EngineRig } from "../../testkit/src/engine-rig.ts";
import { somatic } from "./workflow.ts";

const HERE = import.meta.dirname;
const FLOW = join(HERE, "workflow.ts");
const intervals = join(HERE, "intervals.csv");
const shipped = readFileSync(join(HERE, "samples.csv"), "utf8").trimEnd().split("\n");

const Value = z.object({
  results: z.array(z.object({ patient: z.string(), variants: file(), count: z.int() })),
  failed: z.array(z.object({ message: z.string(), task: z.string() })),
});

/** A sheet in a folder of its own, with paths of the shipped reads made absolute. */
function sheetOf(t: TestContext, lines: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "ligase-somatic-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "samples.csv");
  writeFileSync(join(folder, "broken.txt"), "chr1 77 G\nchr1 oops\n");
  writeFileSync(path, lines.join("\n").replaceAll("reads/", `${HERE}/reads/`));
  return path;
}

async function outcome(rig: EngineRig, lanes: string, more: object = {}) {
  const { results, failed } = Value.parse(await rig.value(somatic, { lanes, intervals, ...more }));
  const variants = results.map((row) => [row.patient, row.count, readFileSync(row.variants.path, "utf8")]);
  return { variants, failed };
}

const P1 = ["P1", 3, "chr1 208 A\nchr1 450 T\nchr2 640 T\n"];
const P2 = ["P2", 2, "chr1 530 C\nchr1 940 T\n"];

test("every patient has the variants of its tumour, patients as in the sheet, positions as in the intervals", async () => {
  await using rig = new EngineRig(FLOW);
  assert.deepEqual(await outcome(rig, join(HERE, "samples.csv")), { variants: [P2, P1], failed: [] });
});

test("the order is the sheet's", async (t) => {
  await using rig = new EngineRig(FLOW);
  const [header = "", ...rows] = shipped;
  const lanes = sheetOf(t, [header, ...rows.toReversed()]);
  assert.deepEqual((await outcome(rig, lanes)).variants, [P1, P2]);
});

const unpaired = [...shipped, "P3,P3-tumor,tumor,L001,reads/P1-tumor.L001.txt"];

test("a patient without a normal is an error that names the patient", async (t) => {
  await using rig = new EngineRig(FLOW);
  const { status, error } = await rig.end(somatic, { lanes: sheetOf(t, unpaired), intervals });
  assert.equal(status, "failed");
  assert.equal(error?.code, "row-without-partner");
  assert.match(error.message, /"P3"/);
});

test("a patient without a normal is left out where that is asked for", async (t) => {
  await using rig = new EngineRig(FLOW);
  const { variants } = await outcome(rig, sheetOf(t, unpaired), { dropUnpaired: true });
  assert.deepEqual(variants, [P2, P1]);
});

test("a broken read file fails its patient and nobody else, and is named", async (t) => {
  await using rig = new EngineRig(FLOW);
  const lanes = shipped.map((line) => line.replace("reads/P2-blood.L001.txt", "broken.txt"));
  const { variants, failed } = await outcome(rig, sheetOf(t, lanes));
  assert.deepEqual(variants, [P1]);
  assert.deepEqual(
    failed.map(({ task }) => task),
    ["align"],
  );
  assert.match(failed[0]?.message ?? "", /broken\.txt:2: not a read: chr1 oops/);
});

test("a repaired read file runs its own patient only", async (t) => {
  await using rig = new EngineRig(FLOW);
  const broken = shipped.map((line) => line.replace("reads/P2-blood.L001.txt", "broken.txt"));
  await outcome(rig, sheetOf(t, broken));
  const run = await rig.launch(somatic, { lanes: join(HERE, "samples.csv"), intervals });
  await run.ended;
  const count = (task: string) => rig.ran(run.id, task);
  assert.deepEqual(
    [count("align"), count("merge-lanes"), count("call-variants"), count("gather")],
    [1, 1, 3, 1],
  );
});

test("a bad sheet is refused with every problem by row and column, before anything runs", async (t) => {
  await using rig = new EngineRig(FLOW);
  const lanes = sheetOf(t, [
    ...shipped,
    "P4,P4-tumor,tumour,L001,reads/P1-tumor.L001.txt",
    "P4,,normal,L001,reads/P4-blood.bam",
    "P4,P4-blood,normal",
  ]);
  await assert.rejects(rig.launch(somatic, { lanes, intervals }), (error) => {
    assert.ok(isLigaseError(error));
    for (const place of [
      /row 8, column "status"/,
      /row 9, column "sample"/,
      /row 9, column "reads"/,
      /row 10/,
    ]) {
      assert.match(error.message, place);
    }
    return true;
  });
  assert.deepEqual(rig.engine.inspect.runs(), []);
});
