import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EventSource, EventSourceListener, SourceMessage } from "@ligase/engine/testing";

/** A source to be tested, with what is outside of it; there is nothing to tell of at first. */
export interface EventSourceUnderTest {
  /** Another source on the same outside, as after a restart. */
  readonly open: () => EventSource;
  /** Makes the n-th thing happen that a source tells of, and lets so much time pass that it is told. */
  readonly happen: (n: number) => void;
  /** Lets a little time pass, by which the source looks again. */
  readonly pass: () => void;
  /** Which thing a message tells of. */
  readonly numberOf: (message: SourceMessage) => number;
  readonly close: () => void | Promise<void>;
}

export interface EventSourceContractOptions {
  /** Why the source cannot be tested on this machine. */
  readonly skip?: string | false;
  readonly open: () => EventSourceUnderTest | Promise<EventSourceUnderTest>;
}

interface Told {
  readonly message: SourceMessage;
  readonly cursor: string | null;
}

/** What a source told, in its order; a message can be refused a few times before it is taken. */
class Listener implements EventSourceListener {
  readonly told: Told[] = [];
  readonly problems: unknown[] = [];
  refusals = 0;
  /** Set, a message is taken when this resolves. */
  hold: Promise<void> | null = null;
  waiting = 0;

  async emit(message: SourceMessage, cursor: string | null): Promise<void> {
    this.waiting++;
    await (this.hold ?? Promise.resolve());
    this.waiting--;
    if (this.refusals-- > 0) throw new Error("It cannot be kept now.");
    this.told.push({ message, cursor });
  }

  failed(error: unknown): void {
    this.problems.push(error);
  }
}

/** The contract of `EventSource`: every source passes these tests. */
export function testEventSource(name: string, { skip = false, open }: EventSourceContractOptions): void {
  const rigOf = async (t: TestContext): Promise<EventSourceUnderTest> => {
    const rig = await open();
    t.after(() => rig.close());
    return rig;
  };

  describe(`event source: ${name}`, { skip }, () => {
    test("it tells of what is there and of what happens, each once and with a name of its own", async (t) => {
      const rig = await rigOf(t);
      rig.happen(1);
      const [source, listener] = started(rig, null);
      await numbers(rig, listener, [1]);
      rig.happen(2);
      rig.happen(3);
      await numbers(rig, listener, [1, 2, 3]);
      await source.stop();
      assert.equal(new Set(listener.told.map(({ message }) => message.id)).size, 3);
      assert.ok(listener.told.every(({ message }) => message.key !== ""));
      assert.deepEqual(listener.problems, []);
    });

    test("after a restart it goes on after its cursor, and from the beginning it tells the same again", async (t) => {
      const rig = await rigOf(t);
      rig.happen(1);
      const [source, listener] = started(rig, null);
      await numbers(rig, listener, [1]);
      await source.stop();
      rig.happen(2);
      const [again, later] = started(rig, listener.told.at(-1)?.cursor ?? null);
      await until(rig, () => numbersOf(rig, later).includes(2));
      await again.stop();
      const idOf = (told: readonly Told[], n: number): string | undefined =>
        told.find(({ message }) => rig.numberOf(message) === n)?.message.id;
      // What it tells twice it tells under the same name.
      assert.ok([undefined, idOf(listener.told, 1)].includes(idOf(later.told, 1)));
      const [whole, all] = started(rig, null);
      await until(rig, () => all.told.length >= 2);
      await whole.stop();
      assert.deepEqual([idOf(all.told, 1), idOf(all.told, 2)], [idOf(listener.told, 1), idOf(later.told, 2)]);
    });

    test("what could not be kept is told again, and nothing after it is lost", async (t) => {
      const rig = await rigOf(t);
      rig.happen(1);
      rig.happen(2);
      const listener = new Listener();
      listener.refusals = 2;
      const source = rig.open();
      source.start(null, listener);
      await until(rig, () => numbersOf(rig, listener).length >= 2);
      await source.stop();
      assert.deepEqual(
        [...new Set(numbersOf(rig, listener))].toSorted((a, b) => a - b),
        [1, 2],
      );
      assert.ok(listener.problems.length > 0, "it was told that something went wrong");
    });

    test("it stops when what it tells is kept or refused, and tells nothing after", async (t) => {
      const rig = await rigOf(t);
      rig.happen(1);
      const listener = new Listener();
      let release = (): void => undefined;
      listener.hold = new Promise((resolve) => {
        release = resolve;
      });
      const source = rig.open();
      source.start(null, listener);
      await until(rig, () => listener.waiting > 0);
      let isStopped = false;
      const stopped = source.stop().then(() => (isStopped = true));
      await nextTurn();
      assert.equal(isStopped, false, "a message is on its way");
      release();
      await stopped;
      const told = listener.told.length;
      rig.happen(2);
      rig.pass();
      await nextTurn();
      assert.equal(listener.told.length, told);
      // Who goes on is told what was not: nothing is lost by stopping.
      const [again, later] = started(rig, listener.told.at(-1)?.cursor ?? null);
      await until(rig, () => numbersOf(rig, later).includes(2));
      await again.stop();
    });

    test("it can be stopped at once, and twice", async (t) => {
      const rig = await rigOf(t);
      const [source] = started(rig, null);
      await source.stop();
      await source.stop();
    });
  });
}

function started(rig: EventSourceUnderTest, after: string | null): readonly [EventSource, Listener] {
  const [source, listener] = [rig.open(), new Listener()];
  source.start(after, listener);
  return [source, listener];
}

const numbersOf = (rig: EventSourceUnderTest, { told }: Listener): readonly number[] =>
  told.map(({ message }) => rig.numberOf(message));

async function numbers(
  rig: EventSourceUnderTest,
  listener: Listener,
  expected: readonly number[],
): Promise<void> {
  await until(rig, () => listener.told.length >= expected.length);
  assert.deepEqual(numbersOf(rig, listener), expected);
}

/** Lets the source look until something is true. */
async function until(rig: EventSourceUnderTest, isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    rig.pass();
    await nextTurn();
  }
}
