import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandLine } from "../testing/command-line.ts";

const FLOW = `import { waitForEvent, workflow, z } from "ligase";
export const paid = workflow({ name: "paid" }, () =>
  waitForEvent({ name: "payment", key: "order:17", schema: z.object({ paid: z.boolean() }), timeout: "2d" }));
`;

test("a run waits for an event, `event` publishes it, and the run goes on", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW, "payment.json": '{ "paid": true }' });
  const waiting = await ligase.run("run", "flow.ts", "paid", "--no-wait");
  assert.match(waiting.out + waiting.err, /ligase event order:17 PAYLOAD/);
  assert.match((await ligase.run("inbox")).out, /No gate waits for a decision/);
  const misfit = await ligase.run("event", "order:17", "soon");
  assert.equal(misfit.code, 0, misfit.err);
  assert.match(misfit.out, /^order:17 is published: no gate waits for it, it is kept\n.*payment/);
  const taken = await ligase.run("event", "order:17", "@payment.json", "--source", "shop", "--id", "5531");
  assert.equal(taken.out, "order:17 is published: a gate took it\n");
  const again = await ligase.run("event", "order:17", "no", "--source", "shop", "--id", "5531", "--json");
  const told = JSON.parse(again.out) as Readonly<Record<string, unknown>>;
  assert.deepEqual([told["isNew"], told["payload"], told["source"]], [false, { paid: true }, "shop"]);
  const listed = await ligase.run("events");
  assert.match(listed.out, /order:17 +shop/);
  const [run] = JSON.parse((await ligase.run("runs", "--json")).out) as { id: string }[];
  const resumed = await ligase.run("resume", run?.id ?? "", "--json");
  assert.match(resumed.out, /"value":\{"paid":true\}/);
});

test("`event` refuses what is no event, and a time that is none", async (t) => {
  const ligase = CommandLine.make(t);
  const wrong = await ligase.run("event", "a\u001B[2Jb");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /its key is not one line of printable text/);
  assert.match((await ligase.run("event", "k", "--lasts", "soon")).err, /--lasts cannot be "soon"/);
  assert.match((await ligase.run("events")).out, /No events/);
});
