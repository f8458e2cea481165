import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { map, range, script, sh, workflow, z } from "@ligase/sdk";
import { EngineRig } from "../../testkit/src/engine-rig.ts";

/* Scripts that were handed over ahead of their turn: none starts once its run stops, and what is told of them is true. */

const FILE = import.meta.filename;

/** Short ones until it reads from the pipe, so that many of those behind it are with the helper by then. */
const SHORT = 150;
const WIDTH = 400;

const step = script({
  name: "step",
  input: { folder: z.string(), x: z.number() },
  output: {},
  command: ({ folder, x }) => sh`cd ${folder}
echo ${x} >>ran
if [ ${x} = 150 ]; then echo >said; read -r _ <hold; fi`,
});

const steps = workflow({ name: "steps", input: { folder: z.string() } }, ({ folder }) =>
  map(range(WIDTH), (x) => step({ folder, x })),
);

async function stopped(stop: "interrupt" | "cancel"): Promise<void> {
  await using rig = new EngineRig(FILE, { machine: { cpu: 1 } });
  const folder = rig.root;
  execFileSync("mkfifo", [join(folder, "said"), join(folder, "hold")]);
  const run = await rig.launch(steps, { folder });
  await readFile(join(folder, "said"));
  run[stop]();
  if (stop === "interrupt") await writeFile(join(folder, "hold"), "\n");
  const { status } = await run.ended;
  assert.equal(status, "cancelled");
  const ran = readFileSync(join(folder, "ran"), "utf8").trim().split("\n").map(Number);
  assert.equal(ran.length, SHORT + 1);
  const jobs = rig.engine.inspect.jobs(run.id).filter(({ task }) => task === "step");
  // Those that did not start have no row, as all that wait in line.
  assert.equal(jobs.length, SHORT + 1);
}

test("after an interrupt none starts, and what runs is finished", () => stopped("interrupt"));

test("after a cancel none starts", () => stopped("cancel"));

test("one after another on one cpu: none begins before the one before it has ended", async () => {
  await using rig = new EngineRig(FILE, { machine: { cpu: 1 } });
  const folder = rig.root;
  const count = 100;
  const end = await rig.end(spans, { folder, count });
  assert.equal(end.status, "succeeded");
  const marks = readFileSync(join(folder, "marks"), "utf8").trim().split("\n");
  assert.deepEqual(
    marks.map((mark) => mark[0]),
    Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? "+" : "-")),
  );
});

const span = script({
  name: "span",
  input: { folder: z.string(), x: z.number() },
  output: {},
  command: ({ folder, x }) => sh`cd ${folder}
echo + ${x} >>marks
echo - ${x} >>marks`,
});

const spans = workflow(
  { name: "spans", input: { folder: z.string(), count: z.number() } },
  ({ folder, count }) => map(range(count), (x) => span({ folder, x })),
);
