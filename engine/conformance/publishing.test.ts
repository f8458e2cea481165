import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { after as afterwards, copyFile, file, out, script, sh, workflow, z } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";

/* Calls of one run that publish to one place: other content is an error before anything is written. */

const FILE = import.meta.filename;
const folder = mkdtempSync(join(tmpdir(), "ligase-publishing-"));
const place = join(folder, "made.txt");
afterEach(() => rmSync(place, { force: true }));
after(() => rmSync(folder, { recursive: true }));

const text = z.string();
const write = script({
  name: "write",
  input: { text, to: text, call: z.int().default(0) },
  output: ({ to }) => out.file("made.txt", { publish: to }),
  command: ({ text: given }, path) => sh`printf %s ${given} > ${path}`,
});
const both = workflow({ name: "both", input: { first: text, second: text } }, ({ first, second }) => {
  const one = write({ text: first, to: place });
  return [one, afterwards(one, () => write({ text: second, to: place, call: 1 }))];
});
const copies = workflow({ name: "copies", input: { first: file(), second: file() } }, ({ first, second }) => {
  const one = copyFile(first, place);
  return [one, afterwards(one, () => copyFile(second, place))];
});
const mixed = workflow({ name: "mixed", input: { other: file() } }, ({ other }) => {
  const one = write({ text: "a", to: place });
  return [one, afterwards(one, () => copyFile(other, place))];
});
const single = workflow({ name: "single", input: { text } }, ({ text: given }) =>
  write({ text: given, to: place }),
);

const published = (): string => readFileSync(place, "utf8");

/** What a run failed of. */
async function refusal(rig: EngineRig, ...launch: Parameters<EngineRig["end"]>): Promise<unknown> {
  const { status, error } = await rig.end(...launch);
  return [status, error?.code];
}

const TAKEN = ["failed", "destination-taken"];

test("the second of two calls that publish other content to one place fails, and the first stays", async () => {
  await using rig = new EngineRig(FILE);
  const { error } = await rig.end(both, { first: "a", second: "b" });
  assert.equal(error?.code, "destination-taken");
  assert.match(error?.message ?? "", /write \(job 3\) would publish to ".*made\.txt", where write \(job 2\)/);
  assert.equal(published(), "a");
});

test("equal content may be published twice", async () => {
  await using rig = new EngineRig(FILE);
  const [one, other] = (await rig.value(both, { first: "a", second: "a" })) as { path: string }[];
  assert.deepEqual([one?.path, other?.path, published()], [place, place, "a"]);
});

test("the error does not go away when the run is repeated, and the first call comes from the cache", async () => {
  await using rig = new EngineRig(FILE);
  for (let run = 1; run <= 2; run++) {
    assert.deepEqual(await refusal(rig, both, { first: "a", second: "b" }), TAKEN);
    assert.equal(published(), "a");
    await rig.reopen();
  }
});

test("another run replaces what an earlier one published", async () => {
  await using rig = new EngineRig(FILE);
  for (const given of ["a", "b", "a"]) {
    await rig.value(single, { text: given });
    assert.equal(published(), given);
  }
});

test("it is the same for copies, and between copies and scripts", async () => {
  await using rig = new EngineRig(FILE);
  const [first, second] = ["a", "b"].map((name) => join(folder, name));
  for (const path of [first, second]) writeFileSync(path ?? "", path?.at(-1) ?? "");
  assert.deepEqual(await refusal(rig, copies, { first, second }), TAKEN);
  assert.equal(published(), "a");
  assert.deepEqual(await refusal(rig, mixed, { other: second }), TAKEN);
  assert.equal(published(), "a");
  assert.equal((valueOf(await rig.end(mixed, { other: first })) as unknown[]).length, 2);
});
