import assert from "node:assert/strict";
import { test } from "node:test";
import { script, sh, z, type ResourceOptions } from "@ligase/sdk";
import { requireTask } from "@ligase/sdk/internal";
import type { Executor } from "../ports/executor.ts";
import { Admission } from "./admission.ts";
import type { Job } from "./job.ts";
import type { Lane } from "./lane.ts";

/** An executor that takes so many jobs ahead of their turn each time it is asked. */
const local = (room: number): Executor => ({
  name: "local",
  capacity: () => 100,
  submit: () => undefined,
  adopt: () => Promise.resolve([]),
  cancel: () => undefined,
  close: () => Promise.resolve(),
  ahead: { room: () => room, takeBack: () => undefined },
});

let count = 0;

interface Needs {
  readonly resources?: ResourceOptions;
  readonly priority?: number;
  readonly limits?: readonly string[];
}

function jobs(number: number, needs: Needs = {}): readonly Job[] {
  const { taskName } = script({
    name: `admitted-${++count}`,
    input: { x: z.number() },
    output: {},
    ...needs,
    command: () => sh`true`,
  });
  const definition = requireTask(taskName);
  const job = {
    args: {},
    resourceArgs: {},
    failures: [],
    attempt: 0,
    placement: definition.options,
    entry: { definition },
  };
  return Array.from({ length: number }, () => ({ ...job, limiter: null }) as unknown as Job);
}

function admissionOf(room: number): { admission: Admission; add: (list: readonly Job[]) => void } {
  const machine = { cpu: 2, memoryBytes: 1_000, diskBytes: 1_000, gpu: 0 };
  const admission = new Admission({ machine, limits: { one: 1 } });
  const executors = new Map([["local", local(room)]]);
  return { admission, add: (list) => list.forEach((job) => admission.enqueue(job, executors)) };
}

const placesAndJobs = (admission: Admission): readonly (readonly [number, number])[] =>
  admission.admit().admitted.map(({ lane, jobs: given }) => [lane.places, given.length]);

test("R7: what is handed over ahead takes no place of its own", () => {
  const { admission, add } = admissionOf(3);
  const many = jobs(10);
  add(many);
  assert.deepEqual(placesAndJobs(admission), [[2, 5]]);
  const other = jobs(1, { resources: { cpu: 0.5 } });
  add(other);
  // Each that ends leaves its place to one that was handed over.
  for (const job of many.slice(0, 3)) admission.release(job);
  const { admitted } = admission.admit();
  assert.deepEqual(
    admitted.map(({ lane, jobs: given }) => [lane.places, given.length]),
    [[2, 3]],
  );
  for (const job of many.slice(3, 7)) admission.release(job);
  // One is left with the executor: the other place is free.
  assert.equal((admitted[0] as { lane: Lane }).lane.places, 1);
});

test("R7: a named limit is held by the places of a lane, not by each job that is handed over", () => {
  const { admission, add } = admissionOf(5);
  add(jobs(4, { limits: ["one"] }));
  assert.deepEqual(placesAndJobs(admission), [[1, 4]]);
  add(jobs(1, { limits: ["one"], resources: { cpu: 0.5 } }));
  assert.deepEqual(placesAndJobs(admission), []);
});

test("a place more goes to those that were handed over, and nothing new is needed for it", () => {
  const { admission, add } = admissionOf(2);
  const [big] = jobs(1, { resources: { cpu: 1, memory: 1 } }) as [Job];
  add([big]);
  add(jobs(3));
  assert.deepEqual(placesAndJobs(admission), [
    [1, 1],
    [1, 3],
  ]);
  admission.release(big);
  assert.deepEqual(placesAndJobs(admission), [[2, 0]]);
});

test("a higher priority that waits has those asked back, once, and none handed over before it", () => {
  const { admission, add } = admissionOf(5);
  const low = jobs(20);
  add(low);
  assert.deepEqual(placesAndJobs(admission), [[2, 7]]);
  add(jobs(1, { priority: 5 }));
  const { admitted, recalled } = admission.admit();
  assert.deepEqual([admitted.length, recalled.length], [0, 1]);
  assert.equal(admission.admit().recalled.length, 0);
  for (const job of low.slice(2, 7).toReversed()) admission.putBack(job);
  admission.release(low[0] as Job);
  assert.deepEqual(
    admission.admit().admitted.map(({ lane, jobs: given }) => [lane.priority, given.length]),
    [
      [5, 1],
      [0, 5],
    ],
  );
});

test("what was asked back stands at the head of its line, in its order", () => {
  const { admission, add } = admissionOf(3);
  const some = jobs(8);
  add(some);
  admission.admit();
  for (const job of some.slice(2, 5).toReversed()) admission.putBack(job);
  const [{ jobs: given } = { jobs: [] }] = admission.admit().admitted;
  assert.deepEqual(
    given.map((job) => some.indexOf(job)),
    [2, 3, 4],
  );
});
