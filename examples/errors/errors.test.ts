import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { file, z } from "ligase";
import type { RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { estimate } from "./by-kind.ts";
import { foldAll, foldLarge } from "./limits.ts";
import { collect, survey } from "./partial-results.ts";
import { fetchImpatiently, fetchReference } from "./retries.ts";

const example = (name: string) => join(import.meta.dirname, name);

/** Lets time pass as fast as the run can take it. */
async function untilEnd(rig: EngineRig, run: RunHandle) {
  for (;;) {
    const end = await Promise.race([run.ended, setImmediate(null)]);
    if (end !== null) return end;
    rig.clock.advance(1_000);
  }
}

/** The jobs of a task in a run, with how each ended. */
const endings = (rig: EngineRig, run: RunHandle, task: string) =>
  rig.engine.inspect.jobs(run.id).flatMap((job) => (job.task === task ? [job.status] : []));

test("by-kind: a value is handed through, and no handler runs", async () => {
  await using rig = new EngineRig(example("by-kind.ts"));
  assert.deepEqual(await rig.value(estimate, { reads: 900 }), { depth: 1, method: "exact" });
});

test("by-kind: what takes too long is done roughly, and the exact way is tried again in the next run", async () => {
  await using rig = new EngineRig(example("by-kind.ts"));
  for (const roughly of ["succeeded", "cached"]) {
    const run = await rig.launch(estimate, { reads: 5_000 });
    assert.deepEqual(valueOf(await run.ended), { depth: 10, method: "rough" });
    assert.deepEqual(endings(rig, run, "estimate-exactly"), ["failed"]);
    assert.deepEqual(endings(rig, run, "estimate-roughly"), [roughly]);
  }
});

test("by-kind: what cannot be done ends with a sentence that says why", async () => {
  await using rig = new EngineRig(example("by-kind.ts"));
  const { status, error } = await rig.end(estimate, { reads: 7 });
  assert.deepEqual([status, error?.kind], ["failed", "user"]);
  assert.match(error?.message ?? "", /^There is no estimate for 7 reads\. .*too few reads: 7/s);
});

test("retries: a script that fails twice works the third time, and every attempt is recorded", async () => {
  await using rig = new EngineRig(example("retries.ts"));
  const run = await rig.launch(fetchReference, { name: "phi x" });
  const reference = file().parse(valueOf(await untilEnd(rig, run)));
  assert.equal(readFileSync(reference.path, "utf8"), ">phi x\nACGT\n");
  const job = rig.engine.inspect.jobs(run.id).find(({ task }) => task === "fetch");
  const attempts = rig.engine.inspect.attempts(run.id, job?.number ?? 0);
  assert.deepEqual(
    attempts.map(({ number, status }) => [number, status]),
    [
      [1, "failed"],
      [2, "failed"],
      [3, "succeeded"],
    ],
  );
});

test("retries: with fewer retries than it takes the run fails with the last error", async () => {
  await using rig = new EngineRig(example("retries.ts"));
  const run = await rig.launch(fetchImpatiently);
  const { status, error } = await untilEnd(rig, run);
  assert.equal(status, "failed");
  assert.match(error?.message ?? "", /503: come back later/);
});

test("retries: other retries are no reason to run again what is there", async () => {
  await using rig = new EngineRig(example("retries.ts"));
  await untilEnd(rig, await rig.launch(fetchReference));
  const run = await rig.launch(fetchImpatiently);
  assert.equal((await untilEnd(rig, run)).status, "succeeded");
  assert.equal(rig.ran(run.id, "fetch"), 0);
});

/** The largest number of jobs of a task that ran at the same time. */
async function mostAtOnce(run: RunHandle, task: string): Promise<number> {
  let [now, most] = [0, 0];
  run.subscribe((event) => {
    if (event.kind === "job-started" && event.task === task) most = Math.max(most, ++now);
    if (event.kind === "job-ended" && event.task === task) now--;
  });
  valueOf(await run.ended);
  return most;
}

for (const [license, cpu] of [
  [1, 4],
  [2, 4],
] as const) {
  test(`limits: with ${license} licences at most ${license} jobs run at a time`, async () => {
    await using rig = new EngineRig(example("limits.ts"), { limits: { license }, machine: { cpu } });
    const run = await rig.launch(foldAll, { sequences: ["MKV", "GAT", "WLS", "PPG", "LLK", "QRN"] });
    assert.equal(await mostAtOnce(run, "fold"), license);
  });
}

test("limits: a job that asks for more licences than there are is an error at once", async () => {
  await using rig = new EngineRig(example("limits.ts"), { limits: { license: 1 } });
  const { status, error } = await rig.end(foldLarge, { sequence: "MKV" });
  assert.deepEqual([status, error?.code], ["failed", "limit-above-capacity"]);
});

function addressesIn(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "ligase-addresses-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [a, b, missing] = [join(folder, "a"), join(folder, "b"), join(folder, "missing")] as const;
  writeFileSync(a, "a\n");
  writeFileSync(b, "b\n");
  return { a, b, missing };
}

const Collected = z.object({ joined: file(), problems: z.array(z.string()) });

test("partial-results: enough is there, so the rest is reported, in the order of the input", async (t) => {
  const { a, b, missing } = addressesIn(t);
  await using rig = new EngineRig(example("partial-results.ts"));
  const { joined, problems } = Collected.parse(await rig.value(collect, { addresses: [b, missing, a] }));
  assert.equal(readFileSync(joined.path, "utf8"), "b\na\n");
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /missing: No such file/);
});

test("partial-results: with too few there the run fails with the first error", async (t) => {
  const { a, missing } = addressesIn(t);
  await using rig = new EngineRig(example("partial-results.ts"));
  const { status, error } = await rig.end(collect, { addresses: [`${missing}-1`, a, `${missing}-2`] });
  assert.equal(status, "failed");
  assert.match(error?.message ?? "", /missing-1: No such file/);
});

test("partial-results: an error is shared within a run, and tried again in the next", async (t) => {
  const { a, missing } = addressesIn(t);
  await using rig = new EngineRig(example("partial-results.ts"));
  const addresses = [missing, a, missing];
  const first = await rig.launch(survey, { addresses });
  assert.deepEqual(valueOf(await first.ended), [false, true, false]);
  assert.deepEqual(endings(rig, first, "fetch-address").toSorted(), ["failed", "succeeded"]);

  writeFileSync(missing, "here now\n");
  const second = await rig.launch(survey, { addresses });
  assert.deepEqual(valueOf(await second.ended), [true, true, true]);
  assert.deepEqual(endings(rig, second, "fetch-address").toSorted(), ["cached", "succeeded"]);
});
