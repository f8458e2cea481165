import assert from "node:assert/strict";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  add,
  after,
  catchError,
  file,
  format,
  map,
  task,
  waitForEvent,
  waitForFile,
  workflow,
  z,
  type File,
} from "@ligase/sdk";
import type { NewEvent, RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Gates that wait for events (C24), and files as events. What happens across processes is in engine/test/events.test.ts. */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const DAY_MS = 24 * 3_600_000;
const wait = puppets.task({ name: "wait", input: { x: number }, output: number, cache: false });

const publish = (rig: EngineRig, event: NewEvent) => rig.engine.events.publish(event, { name: "ada" });

const counted = workflow({ name: "counted", input: { order: z.string() } }, ({ order }) =>
  add(waitForEvent({ name: "paid", key: format`order:${order}`, schema: number }), 1),
);

test("an event is given to the gate that waits for its key, and the run goes on with its payload", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(counted, { order: "7" });
  const [gate] = await rig.gates(run);
  assert.deepEqual(gate?.value, { key: "order:7" });
  assert.deepEqual(publish(rig, { key: "order:8", payload: 1 }).takenBy, []);
  const told = publish(rig, { key: "order:7", payload: 41 });
  assert.deepEqual([told.takenBy, told.isNew, told.by], [[gate?.id], true, "ada"]);
  assert.equal(valueOf(await run.ended), 42);
  const [closed] = rig.engine.inspect.gates(run.id);
  assert.deepEqual(closed?.decision?.event, { source: told.source, id: told.id });
});

const later = workflow({ name: "later" }, () =>
  after(wait({ x: 1 }), () => waitForEvent({ name: "paid", key: "order:1", schema: number })),
);

test("an event that comes before its gate is kept, and given to it in the transaction that opens it", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(later);
  const call = await puppets.nextCall("wait");
  const { number: kept } = publish(rig, { key: "order:1", payload: 5 });
  const opened: string[] = [];
  run.subscribe((event) => opened.push(event.kind));
  call.succeed(1);
  assert.equal(valueOf(await run.ended), 5);
  assert.ok(!opened.includes("gate-opened"), "it was never open");
  assert.equal(rig.engine.events.list({ key: "order:1" })[0]?.number, kept);
  assert.equal(rig.engine.events.list()[0]?.takenBy.length, 1);
});

test("an event is over after its time to live, or after 7 days", async () => {
  await using rig = new EngineRig(FILE);
  publish(rig, { key: "order:1", payload: 1, timeToLiveMs: 1_000 });
  rig.clock.advance(1_000);
  publish(rig, { key: "order:1", payload: 2 });
  rig.clock.advance(7 * DAY_MS - 1);
  const run = await rig.launch(later);
  (await puppets.nextCall("wait")).succeed(1);
  assert.equal(valueOf(await run.ended), 2);
  publish(rig, { key: "order:1", payload: 3 });
  rig.clock.advance(7 * DAY_MS);
  const other = await rig.launch(later);
  (await puppets.nextCall("wait")).succeed(1);
  await rig.gates(other);
  publish(rig, { key: "order:1", payload: 4 });
  assert.equal(valueOf(await other.ended), 4);
  assert.deepEqual(
    rig.engine.events.list().map(({ payload }) => payload),
    [4],
    "what is over is forgotten",
  );
});

const same = workflow({ name: "same" }, () =>
  map(["a", "b", "c"], () => waitForEvent({ name: "go", key: "shared", schema: number })),
);

test("an event for one is taken by the gate that has waited the longest, each event by another", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(same);
  const gates = await rig.gates(run, 3);
  const order = [...gates].toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  const taken = [1, 2, 3].map((payload) => publish(rig, { key: "shared", payload }).takenBy);
  assert.deepEqual(
    taken,
    order.map((id) => [id]),
  );
  assert.deepEqual(valueOf(await run.ended), [1, 2, 3]);
});

test("an event for all is taken by all that wait, and by those that come until it is over", async () => {
  await using rig = new EngineRig(FILE);
  const [first, second] = [await rig.launch(same), await rig.launch(counted, { order: "x" })];
  await rig.gates(first, 3);
  await rig.gates(second);
  const { takenBy } = publish(rig, { key: "shared", payload: 6, to: "all", timeToLiveMs: 1_000 });
  assert.equal(takenBy.length, 3);
  assert.deepEqual(valueOf(await first.ended), [6, 6, 6]);
  assert.deepEqual(await rig.value(same), [6, 6, 6]);
  rig.clock.advance(1_000);
  const late = await rig.launch(same);
  assert.equal((await rig.gates(late, 3)).length, 3);
});

test("the same message again changes nothing, and tells what became of the first", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(same);
  await rig.gates(run, 3);
  const first = publish(rig, { key: "shared", payload: 1, source: "shop", id: "m1" });
  const again = publish(rig, { key: "shared", payload: 2, source: "shop", id: "m1" });
  assert.deepEqual(again, { ...first, isNew: false });
  assert.equal(publish(rig, { key: "shared", payload: 3, source: "other", id: "m1" }).isNew, true);
  await rig.gatesLeft(run, 1);
});

const mixed = workflow({ name: "mixed" }, () => ({
  text: waitForEvent({ name: "text", key: "k", schema: z.object({ name: z.string() }) }),
  count: waitForEvent({ name: "count", key: "k", schema: z.object({ name: number }) }),
}));

test("a payload that does not fit leaves the gate open, is kept as evidence, and goes on to the next waiter", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(mixed);
  const gates = await rig.gates(run, 2);
  const idOf = (name: string): string => gates.find((gate) => gate.name === name)?.id ?? "";
  const told = publish(rig, { key: "k", payload: { name: 1 } });
  assert.deepEqual(told.takenBy, [idOf("count")]);
  assert.deepEqual(
    told.refusedBy.map(({ gate }) => gate),
    [idOf("text")],
  );
  assert.match(told.refusedBy[0]?.reason ?? "", /name/);
  const nothing = publish(rig, { key: "k", payload: null });
  assert.deepEqual([nothing.takenBy, nothing.refusedBy.length], [[], 1]);
  const refused = rig.engine.inspect.signals(run.id).filter(({ state }) => state === "refused");
  assert.deepEqual(
    refused.map(({ gate, decision }) => [gate, decision.value]),
    [
      [idOf("text"), { name: 1 }],
      [idOf("text"), null],
    ],
  );
  publish(rig, { key: "k", payload: { name: "x" } });
  assert.deepEqual(valueOf(await run.ended), { text: { name: "x" }, count: { name: 1 } });
});

test("a kept event that does not fit the gate that opens waits for one that it fits", async () => {
  await using rig = new EngineRig(FILE);
  publish(rig, { key: "order:1", payload: "no number" });
  const run = await rig.launch(later);
  (await puppets.nextCall("wait")).succeed(1);
  await rig.gates(run);
  const [kept] = rig.engine.events.list();
  assert.deepEqual([kept?.takenBy.length, kept?.refusedBy.length], [0, 1]);
  publish(rig, { key: "order:1", payload: 9 });
  assert.equal(valueOf(await run.ended), 9);
});

const timed = workflow({ name: "timed" }, () => ({
  failed: catchError(() => waitForEvent({ name: "a", key: "a", schema: number, timeout: "1h" }), {
    expired: (error) => error.message,
  }),
  default: waitForEvent({ name: "b", key: "b", schema: number, timeout: "1h", default: 7 }),
}));

test("when the time is up the gate fails as expired, or is worth its default, and takes no event any more", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(timed);
  await rig.gates(run, 2);
  await rig.pass(3_600_000);
  assert.deepEqual(valueOf(await run.ended), { failed: 'No event came for "a" within 1h.', default: 7 });
  assert.deepEqual(publish(rig, { key: "a", payload: 1 }).takenBy, []);
});

test("a person may give the value of a gate that waits for an event", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(counted, { order: "7" });
  await rig.gates(run);
  rig.engine.decide({ run: run.id, gate: "paid", outcome: "answered", value: 1, by: "ada" });
  assert.equal(valueOf(await run.ended), 2);
  assert.deepEqual(publish(rig, { key: "order:7", payload: 1 }).takenBy, []);
});

test("C8: a new run waits for an event of its own", async () => {
  await using rig = new EngineRig(FILE);
  for (const payload of [1, 2]) {
    const run = await rig.launch(counted, { order: "1" });
    await rig.gates(run);
    publish(rig, { key: "order:1", payload });
    assert.equal(valueOf(await run.ended), payload + 1);
  }
});

const keyed = workflow({ name: "keyed", input: { key: z.string() } }, ({ key }) =>
  waitForEvent({ name: "e", key, schema: number }),
);

test("what is no key, or cannot be an event, is refused", async () => {
  await using rig = new EngineRig(FILE);
  for (const key of ["", "a\u0007", "x".repeat(1_001)]) {
    assert.equal((await rig.end(keyed, { key })).error?.code, "gate-option-not-valid");
    assert.throws(() => publish(rig, { key, payload: 1 }), { code: "event-not-valid" });
    assert.throws(() => waitForEvent({ name: "e", key, schema: number }), { code: "gate-option-not-valid" });
  }
  const wrong: readonly Partial<NewEvent>[] = [
    { payload: () => 1 },
    { payload: "x".repeat(1024 * 1024) },
    { id: "" },
    { source: "source:files" },
    { timeToLiveMs: 0 },
    { to: "many" as never },
  ];
  for (const fields of wrong)
    assert.throws(() => publish(rig, { key: "k", payload: 1, ...fields }), { code: "event-not-valid" });
  assert.throws(
    () => rig.engine.events.publish({ key: "k", payload: 1 }, { name: "eve", roles: ["viewer"] }),
    { code: "not-allowed" },
  );
});

const size = task({ name: "size", input: { f: file() }, output: number, light: true }, ({ f }) => f.size);
const arrived = workflow({ name: "arrived", input: { place: z.string() } }, ({ place }) => {
  const found = waitForFile(place, { name: "file" });
  return { file: found, size: size({ f: found }) };
});

const fileOf = async (run: RunHandle): Promise<File> => (valueOf(await run.ended) as { file: File }).file;

test("a file that is there already satisfies at once, whether it is named by its path, its URI or a pattern", async () => {
  await using rig = new EngineRig(FILE);
  const folder = join(rig.root, "in [1]");
  mkdirSync(folder);
  writeFileSync(join(folder, "b.csv"), "bb");
  writeFileSync(join(folder, "a.csv"), "a");
  const uri = new URL(`file://${encodeURI(join(folder, "b.csv"))}`).href;
  const places = [
    [join(rig.root, "in \\[1\\]/*.csv"), "a.csv"],
    [join(rig.root, "in \\[1\\]/b.csv"), "b.csv"],
    [uri, "b.csv"],
    [join(rig.root, "**/b.{csv,tsv}"), "b.csv"],
  ] as const;
  for (const [place, name] of places) {
    const run = await rig.launch(arrived, { place });
    await rig.gates(run);
    await settle(rig, run);
    assert.equal((await fileOf(run)).name, name);
  }
});

test("a file that comes later is given when nobody writes to it any more, to all who wait for it", async () => {
  await using rig = new EngineRig(FILE);
  const place = join(rig.root, "x.txt");
  const runs = [await rig.launch(arrived, { place }), await rig.launch(arrived, { place })];
  for (const run of runs) await rig.gates(run);
  writeFileSync(join(rig.root, "part"), "whole");
  renameSync(join(rig.root, "part"), place);
  for (const run of runs) {
    await settle(rig, run);
    assert.deepEqual(valueOf(await run.ended), { file: await fileOf(run), size: 5 });
  }
  const [event] = rig.engine.events.list();
  assert.deepEqual([event?.source, event?.by, event?.takenBy.length], ["source:files", null, 1]);
});

test("R10: a run that is not in memory is woken by an event, and by a file that comes", async () => {
  await using rig = new EngineRig(FILE, { serves: true });
  await rig.engine.load(FILE);
  const place = join(rig.root, "x.txt");
  const parked = [await rig.launch(counted, { order: "9" }), await rig.launch(arrived, { place })];
  for (const run of parked) await rig.waiting(run);
  rig.clock.advance(10_000);
  for (const run of parked) assert.equal((await run.ended).status, "waiting");
  publish(rig, { key: "order:9", payload: 1 });
  writeFileSync(place, "four");
  const { inspect } = rig.engine;
  while (parked.some(({ id }) => inspect.run(id).status !== "succeeded")) {
    rig.clock.advance(1_000);
    await nextTurn();
  }
  const [value, found] = parked.map(({ id }) => inspect.value(id));
  assert.deepEqual([value, (found as { size: number }).size], [2, 4]);
});

/** Lets time pass by seconds until a run has ended: a file is looked at by the clock that the test owns. */
async function settle(rig: EngineRig, run: RunHandle): Promise<void> {
  while (run.progress().status !== "succeeded") {
    rig.clock.advance(1_000);
    await nextTurn();
  }
}
