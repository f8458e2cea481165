import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  add,
  cross,
  filter,
  flatten,
  format,
  groupBy,
  joinBy,
  map,
  pluck,
  settle,
  sortBy,
  workflow,
  z,
} from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Cases 40a to 40c of the conformance list: sample sheets whose fields are lazy apart. */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const Lane = z.object({ sample: z.string(), lane: z.number() });
const align = puppets.task({
  name: "align",
  input: { sample: z.string(), lane: z.number() },
  output: z.string(),
});
const merge = puppets.task({ name: "merge", input: { bams: z.array(z.string()) }, output: z.string() });

const LANES = [
  { sample: "A", lane: 1 },
  { sample: "B", lane: 1 },
  { sample: "A", lane: 2 },
  { sample: "B", lane: 2 },
  { sample: "C", lane: 1 },
];

const mergeLanes = workflow({ name: "merge-lanes", input: { lanes: z.array(Lane) } }, ({ lanes }) => {
  const aligned = map(lanes, (row) => ({
    sample: row.sample,
    bam: align({ sample: row.sample, lane: row.lane }),
  }));
  return map(groupBy(aligned, ["sample"]), (group) => ({
    sample: group.sample,
    bam: merge({ bams: pluck(group.rows, "bam") }),
  }));
});

/** Ends every call of `align`, in the order of the given lanes. */
async function alignAll(order: readonly number[]): Promise<void> {
  const calls = await Promise.all(LANES.map(() => puppets.nextCall("align")));
  for (const at of order) {
    const { sample, lane } = LANES[at] as (typeof LANES)[number];
    calls.find(({ args }) => args["sample"] === sample && args["lane"] === lane)?.succeed(`${sample}${lane}`);
  }
}

test("(40a) a group starts when its own members are ready, while others still align", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(mergeLanes, { lanes: LANES });
  const calls = await Promise.all(LANES.map(() => puppets.nextCall("align")));
  const of = (sample: string) => calls.filter(({ args }) => args["sample"] === sample);
  for (const call of of("B")) call.succeed(`B${String(call.args["lane"])}`);
  const merging = await puppets.nextCall("merge");
  assert.deepEqual(merging.args["bams"], ["B1", "B2"]);
  assert.equal(puppets.begun("merge"), 1, "A and C still align");
  merging.succeed("B");
  for (const call of [...of("C"), ...of("A")])
    call.succeed(`${String(call.args["sample"])}${String(call.args["lane"])}`);
  for (let n = 0; n < 2; n++) {
    const call = await puppets.nextCall("merge");
    call.succeed(String((call.args["bams"] as string[])[0])[0]);
  }
  assert.deepEqual(
    valueOf(await run.ended),
    ["A", "B", "C"].map((sample) => ({ sample, bam: sample })),
  );
});

for (const order of [
  [0, 1, 2, 3, 4],
  [4, 3, 2, 1, 0],
  [3, 0, 4, 2, 1],
]) {
  test(`(40a) the order of rows and groups is the input's, whatever finishes first: ${order.join("")}`, async () => {
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(mergeLanes, { lanes: LANES });
    await alignAll(order);
    for (let n = 0; n < 3; n++) {
      const call = await puppets.nextCall("merge");
      call.succeed((call.args["bams"] as string[]).join("+"));
    }
    assert.deepEqual(valueOf(await run.ended), [
      { sample: "A", bam: "A1+A2" },
      { sample: "B", bam: "B1+B2" },
      { sample: "C", bam: "C1" },
    ]);
  });
}

const Sheet = z.array(z.object({ patient: z.string(), status: z.string() }));
const pairs = workflow(
  { name: "pairs", input: { sheet: Sheet, unmatched: z.enum(["error", "drop", "keep-left"]) } },
  ({ sheet, unmatched }) => {
    const tumor = map(filter(sheet, { status: "tumor" }), (row) => ({
      patient: row.patient,
      tumor: align({ sample: row.patient, lane: 1 }),
    }));
    const normal = map(filter(sheet, { status: "normal" }), (row) => ({
      patient: row.patient,
      normal: align({ sample: row.patient, lane: 0 }),
    }));
    return {
      error: joinBy(tumor, normal, "patient"),
      drop: joinBy(tumor, normal, "patient", { unmatched: "drop" }),
      keep: joinBy(tumor, normal, "patient", { unmatched: "keep-left" }),
      unmatched,
    };
  },
);

const pick = (how: "error" | "drop" | "keep") =>
  workflow(
    { name: `pairs-${how}`, input: { sheet: Sheet } },
    ({ sheet }) => pairs({ sheet, unmatched: "error" })[how],
  );
const [pairsOrError, pairsOrDrop, pairsOrKeep] = [pick("error"), pick("drop"), pick("keep")];
const SHEET = [
  { patient: "P1", status: "tumor" },
  { patient: "P2", status: "tumor" },
  { patient: "P1", status: "normal" },
  { patient: "P3", status: "normal" },
];

test("(40b) an unmatched row is an error that names its key and the row", async () => {
  await using rig = new EngineRig(FILE);
  const { status, error } = await rig.end(pairsOrError, { sheet: SHEET });
  assert.equal(status, "failed");
  assert.equal(error?.code, "row-without-partner");
  assert.match(error.message, /row 2 of the left list \(patient = .*P2/);
  assert.equal(puppets.begun("align"), 0, "known before anything is aligned");
});

test("(40b) unmatched rows are dropped or kept as told, and nothing runs for dropped ones", async () => {
  await using rig = new EngineRig(FILE);
  const dropping = await rig.launch(pairsOrDrop, { sheet: SHEET });
  for (let n = 0; n < 2; n++) {
    const call = await puppets.nextCall("align");
    call.succeed(`${String(call.args["sample"])}/${String(call.args["lane"])}`);
  }
  assert.deepEqual(valueOf(await dropping.ended), [{ patient: "P1", tumor: "P1/1", normal: "P1/0" }]);
  assert.equal(puppets.begun("align"), 2);
  const keeping = await rig.launch(pairsOrKeep, { sheet: SHEET });
  (await puppets.nextCall("align")).succeed("P2/1");
  assert.deepEqual(valueOf(await keeping.ended), [
    { patient: "P1", tumor: "P1/1", normal: "P1/0" },
    { patient: "P2", tumor: "P2/1" },
  ]);
});

test("(40b) one-to-many pairs compute the shared side once", async () => {
  await using rig = new EngineRig(FILE);
  const sheet = [
    { patient: "P1", status: "tumor" },
    { patient: "P1", status: "tumor" },
    { patient: "P1", status: "normal" },
  ];
  const run = await rig.launch(oneToMany, { sheet });
  for (let n = 0; n < 3; n++) {
    const call = await puppets.nextCall("align");
    call.succeed(`${String(call.args["sample"])}/${String(call.args["lane"])}`);
  }
  assert.deepEqual(valueOf(await run.ended), ["P1/1 P1/0", "P1/2 P1/0"]);
  assert.equal(puppets.begun("align"), 3);
});

const oneToMany = workflow({ name: "one-to-many", input: { sheet: Sheet } }, ({ sheet }) => {
  const tumor = map(filter(sheet, { status: "tumor" }), (row, index) => ({
    patient: row.patient,
    tumor: align({ sample: row.patient, lane: add(index, 1) }),
  }));
  const normal = map(filter(sheet, { status: "normal" }), (row) => ({
    patient: row.patient,
    normal: align({ sample: row.patient, lane: 0 }),
  }));
  return map(joinBy(tumor, normal, "patient"), (pair) => format`${pair.tumor} ${pair.normal}`);
});

test("(40c) one failed sample does not stop the others", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(settledLanes, { lanes: LANES.slice(0, 3) });
  const calls = await Promise.all([1, 2, 3].map(() => puppets.nextCall("align")));
  for (const call of calls) {
    if (call.args["sample"] === "B") call.fail("B is empty");
    else call.succeed(`${String(call.args["sample"])}${String(call.args["lane"])}`);
  }
  (await puppets.nextCall("merge")).succeed("A");
  const samples = valueOf(await run.ended) as {
    ok: boolean;
    value: unknown;
    error: { message: string } | null;
    index: number;
  }[];
  assert.deepEqual(
    samples.map(({ ok, value, error, index }) => ({ ok, value, error: error?.message ?? null, index })),
    [
      { ok: true, value: { sample: "A", bam: "A" }, error: null, index: 0 },
      { ok: false, value: null, error: "B is empty", index: 1 },
    ],
  );
});

const settledLanes = workflow({ name: "settled-lanes", input: { lanes: z.array(Lane) } }, ({ lanes }) =>
  settle(mergeLanes({ lanes })),
);

const gather = workflow({ name: "gather", input: { lanes: z.array(Lane) } }, ({ lanes }) => {
  const aligned = map(lanes, (row) => ({
    sample: row.sample,
    bam: align({ sample: row.sample, lane: row.lane }),
  }));
  const scattered = map(groupBy(aligned, "sample"), (group) => cross(group.rows, [{ part: 1 }, { part: 2 }]));
  return map(sortBy(flatten(scattered), ["part", "sample"]), (row) => format`${row.bam}.${row.part}`);
});

test("(40a) scattering and gathering keep the order of the keys", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gather, { lanes: LANES });
  await alignAll([4, 2, 0, 1, 3]);
  assert.deepEqual(
    valueOf(await run.ended),
    [1, 2].flatMap((part) => ["A1", "A2", "B1", "B2", "C1"].map((bam) => `${bam}.${part}`)),
  );
});
