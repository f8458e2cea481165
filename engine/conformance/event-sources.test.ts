import assert from "node:assert/strict";
import { test } from "node:test";
import { map, waitForEvent, workflow, z } from "@ligase/sdk";
import type { EventSource, EventSourceListener } from "@ligase/engine";
import { openEngineWith } from "@ligase/engine/testing";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { faultyStore } from "../../testkit/src/fault-store.ts";

/* C18: what a source told is kept with how far it came, in one transaction. */

const FILE = import.meta.filename;

/** A queue as a test has it: it tells what it is told to tell. */
class Queue implements EventSource {
  readonly name = "queue";
  readonly after: (string | null)[] = [];
  #listener: EventSourceListener | null = null;

  start(after: string | null, listener: EventSourceListener): void {
    this.after.push(after);
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#listener = null;
  }

  async tell(n: number, key = "k"): Promise<void> {
    await this.#listener?.emit({ id: `m${n}`, key, payload: n }, String(n));
  }

  fail(error: unknown): void {
    this.#listener?.failed(error);
  }
}

const two = workflow({ name: "two" }, () =>
  map(["a", "b"], () => waitForEvent({ name: "e", key: "k", schema: z.number() })),
);

test("what a source tells is an event, and it goes on after its cursor", async () => {
  await using rig = new EngineRig(FILE);
  const queue = new Queue();
  const { engine } = rig;
  engine.events.listen(queue);
  assert.throws(() => engine.events.listen(new Queue()), { code: "event-source-taken" });
  await queue.tell(1);
  await rig.reopen();
  rig.engine.events.listen(queue);
  // It does not know whether the first was kept.
  await queue.tell(1);
  await queue.tell(2);
  assert.deepEqual(queue.after, [null, "1"]);
  assert.deepEqual(valueOf(await rig.end(two)), [1, 2]);
  assert.deepEqual(
    rig.engine.events.list().map(({ source, id, by }) => [source, id, by]),
    [
      ["source:queue", "m2", null],
      ["source:queue", "m1", null],
    ],
  );
});

test("a message that was not kept is not behind the cursor", async () => {
  await using rig = new EngineRig(FILE);
  const queue = new Queue();
  const fault = new Error("the process dies");
  const strike = (): never => {
    throw fault;
  };
  const dying = openEngineWith(
    { root: rig.root },
    { clock: rig.clock, wrapStore: (store) => faultyStore(store, { fromWrite: 3, strike }) },
  );
  dying.events.listen(queue);
  await queue.tell(1);
  await assert.rejects(queue.tell(2), fault);
  await dying.close();
  rig.engine.events.listen(queue);
  assert.deepEqual(queue.after, [null, "1"]);
  assert.equal(rig.engine.events.list().length, 1);
});

test("a message that can never be taken is passed over, and what is wrong is told", async () => {
  await using rig = new EngineRig(FILE);
  const queue = new Queue();
  const listening = rig.engine.events.listen(queue);
  await queue.tell(1, "");
  assert.match(listening.problem ?? "", /its key is empty/);
  await queue.tell(2);
  assert.equal(listening.problem, null);
  queue.fail(new Error("no way to the broker"));
  assert.equal(listening.problem, "no way to the broker");
  await listening.stop();
  rig.engine.events.listen(queue);
  assert.deepEqual(queue.after, [null, "2"]);
});
