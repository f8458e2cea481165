import assert from "node:assert/strict";
import { test } from "node:test";
import { add, approve, map, mul, range, settle, task, z } from "@ligase/sdk";
import { Drive, reduceAll } from "./testing/drive.ts";

/* C5 and R12: the window bounds what is materialised, whatever the number of rows. */

const inc = task({ name: "inc", input: { x: z.number() }, output: z.number() }, ({ x }) => x + 1);

test("a map of 1,000,000 items never has more calls pending than the window, and gives every value", () => {
  const items = 1_000_000;
  const window = 100;
  let most = 0;
  const watch = ({ running }: Drive): void => void (most = Math.max(most, running.length));
  // Pure items take no call: a few calls among them show the window.
  const reduced = reduceAll(
    map(range(items), (x) => add(x, 1)),
    { window, watch },
  );
  assert.equal((reduced.value as number[]).at(-1), items);
  const calling = reduceAll(
    map(range(20_000), (x) => inc({ x })),
    { window, watch },
  );
  assert.equal((calling.value as number[]).at(-1), 20_000);
  assert.equal(most, window);
});

test("a map of a map, wider than the window at both levels, completes", () => {
  const table = map(range(30), (row) => map(range(30), (column) => inc({ x: add(mul(row, 100), column) })));
  for (const window of [1, 2, 7, 40]) {
    const { value } = reduceAll(table, { window, pick: (running) => running - 1 });
    assert.equal((value as number[][])[29]?.[29], 2930);
  }
});

test("items that wait at a gate hold no place: the gate of item 9 is seen while items 1 to 8 wait", () => {
  const drive = new Drive(
    map(range(20), (x) => approve(x, { name: "go" })),
    { window: 2 },
  );
  assert.equal(drive.gates.length, 20);
});

test("items behind gates go on through the window, in any order of decisions", () => {
  const drive = new Drive(
    map(range(20), (x) => inc({ x: approve(x, { name: "go" }) })),
    { window: 2 },
  );
  for (const { id, value } of drive.gates.toReversed())
    drive.reducer.resolveGate(id, { value, origin: null });
  drive.take();
  while (drive.result === null) drive.step();
  assert.ok("value" in drive.result);
});

test("an item opened by itself before the list does not unbalance the window", () => {
  const list = map(range(3), (x) => approve(x, { name: "go" }));
  const first = (list as unknown as Record<number, number>)[0];
  const drive = new Drive([first, settle(list)], { window: 1 });
  assert.equal(drive.gates.length, 3);
  for (const { id, value } of drive.gates) drive.reducer.resolveGate(id, { value, origin: null });
  drive.take();
  assert.ok(drive.result !== null && "value" in drive.result);
});

test("failed items leave the window as others do", () => {
  const odd = task({ name: "odd", input: { x: z.number() } }, ({ x }) => {
    if (x % 2 === 1) throw new Error(`odd ${x}`);
    return x;
  });
  const { value } = reduceAll(settle(map(range(500), (x) => odd({ x }))), { window: 3 });
  assert.equal((value as { ok: boolean }[]).filter(({ ok }) => ok).length, 250);
});
