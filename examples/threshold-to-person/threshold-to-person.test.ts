import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { file, z } from "ligase";
import type { RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Call } from "./model.ts";
import { scoreReads } from "./score.ts";
import { callGenotypes } from "./workflow.ts";

const HERE = import.meta.dirname;
const FLOW = join(HERE, "workflow.ts");
const shipped = join(HERE, "variants.csv");
const DAY_MS = 86_400_000;

const Result = z.object({ calls: z.array(Call), problems: z.array(z.string()), report: file() });

const launch = (rig: EngineRig, more: object = {}) =>
  rig.launch(callGenotypes, { variants: shipped, output: join(rig.root, "results"), ...more });

async function resultOf(run: RunHandle) {
  return Result.parse(valueOf(await run.ended));
}

/** The path of the gate that asks about a variant. */
async function gateOf(rig: EngineRig, run: RunHandle, id: string): Promise<string> {
  const gates = await rig.gates(run, 3);
  return gates.find(({ question }) => question?.startsWith(id))?.path ?? "";
}

test("what the score is sure of asks nobody", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await launch(rig);
  const asked = await rig.gates(run, 3);
  const ids = asked.map(({ question }) => question?.split(":")[0]);
  assert.deepEqual(new Set(ids), new Set(["chr2-2204", "chr2-9103", "chr3-0456"]));
  assert.match(
    asked.find(({ path }) => path.includes("chr2-9103"))?.question ?? "",
    /^chr2-9103: 3 times the base of the reference, 1 times another\./,
  );
});

test("the report says of each variant who decided it: the score, a person, or nobody in time", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await launch(rig);
  const decide = async (id: string, decision: object) =>
    rig.engine.decide({
      run: run.id,
      gate: await gateOf(rig, run, id),
      outcome: "approved",
      by: "ana",
      ...decision,
    });
  await decide("chr2-2204", { value: { genotype: "0/0", sure: true } });
  await decide("chr3-0456", { outcome: "rejected", by: "ben", comment: "the reads end here" });
  await rig.waiting(run);
  rig.clock.advance(2 * DAY_MS);

  const { calls, problems, report } = await resultOf(run);
  assert.deepEqual(
    calls.map(({ id, genotype, decidedBy, person }) => `${id} ${genotype} ${person ?? decidedBy}`),
    [
      "chr1-1042 0/0 score",
      "chr1-5310 0/1 score",
      "chr1-8817 1/1 score",
      "chr2-2204 0/0 ana",
      "chr2-6650 0/1 score",
      "chr2-9103 no call time-out",
      "chr3-0456 no call ben",
      "chr3-7781 0/0 score",
      "chr4-1277 1/1 score",
    ],
  );
  assert.deepEqual(problems, ["chr3-9902 has no reads"]);
  const lines = readFileSync(report.path, "utf8").trimEnd().split("\n");
  assert.equal(lines[0], "id\tgenotype\tconfidence\tdecidedBy\tperson\tsure\tcomment");
  assert.equal(lines.length, 10);
  assert.match(lines[7] ?? "", /^chr3-0456\tno call\t0\.76\d+\tperson\tben\tfalse\tthe reads end here$/);
});

test("an answer that is no genotype is refused with the field, and asks again", async () => {
  await using rig = new EngineRig(FLOW);
  const run = await launch(rig);
  const gate = await gateOf(rig, run, "chr2-2204");
  const answer = (genotype: string) =>
    rig.engine.decide({
      run: run.id,
      gate,
      outcome: "approved",
      by: "ana",
      value: { genotype, sure: false },
    });
  assert.throws(() => answer("1/2"), { code: "signal-not-valid", message: /genotype/ });
  answer("0/1");
  await rig.gatesLeft(run, 2);
});

test("a lower threshold asks less", async () => {
  await using rig = new EngineRig(FLOW);
  const { calls } = await resultOf(await launch(rig, { threshold: 0.6 }));
  assert.deepEqual(new Set(calls.map(({ decidedBy }) => decidedBy)), new Set(["score"]));
});

test("the run fails when too many cannot be scored", async () => {
  await using rig = new EngineRig(FLOW);
  const variants = join(rig.root, "variants.csv");
  writeFileSync(variants, "id,refReads,altReads\na,30,0\nb,0,0\nc,0,0\n");
  const { status, error } = await (await launch(rig, { variants })).ended;
  assert.equal(status, "failed");
  assert.match(error?.message ?? "", /2 of 3 items failed.*b has no reads/);
});

test("a score is the probability of the likeliest genotype", () => {
  const of = (refReads: number, altReads: number) => scoreReads({ id: "x", refReads, altReads });
  assert.deepEqual([of(30, 0).genotype, of(15, 15).genotype, of(0, 30).genotype], ["0/0", "0/1", "1/1"]);
  assert.ok(of(30, 0).confidence > of(3, 0).confidence);
  assert.equal(of(1, 0).confidence, 0.66);
});
