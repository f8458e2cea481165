import assert from "node:assert/strict";
import { test } from "node:test";
import { add, format, mul, orElse, task, z, type ResourceOptions } from "@ligase/sdk";
import { requireTask, type JobError } from "@ligase/sdk/internal";
import type { Job } from "./job.ts";
import { stronger } from "./placement.ts";
import { grantFor, type Grant } from "./resources.ts";

const failure = (kind: JobError["kind"], code = "out-of-memory"): JobError => ({
  kind,
  name: "Error",
  message: "",
  code,
});

let count = 0;

/** What a job of a task with these resources gets after some failures. */
function granted(
  resources: unknown,
  failures: readonly JobError[] = [],
  args: unknown = { bytes: 1_000 },
): Grant {
  const { taskName } = task(
    {
      name: `resources-${++count}`,
      input: { bytes: z.number() },
      resources: resources as ResourceOptions,
      timeout: "1m",
    },
    () => 1,
  );
  const definition = requireTask(taskName);
  return grantFor({
    resourceArgs: args,
    failures,
    placement: definition.options,
    entry: { definition },
  } as unknown as Job);
}

test("amounts may be computed from the arguments", () => {
  const { resources } = granted(({ bytes }: { bytes: never }) => ({
    cpu: 2,
    memory: mul(bytes, 4),
    disk: add(bytes, 0.5),
  }));
  assert.deepEqual(resources, { cpu: 2, memoryBytes: 4_000, gpu: 0, diskBytes: 1_001 });
});

test("computed memory grows after a resource failure like fixed memory", () => {
  const computed = ({ bytes }: { bytes: never }): unknown => ({ memory: bytes });
  assert.equal(granted(computed, [failure("resource")]).resources.memoryBytes, 2_000);
  assert.equal(
    granted({ memory: 1_000 }, [failure("resource"), failure("resource")]).resources.memoryBytes,
    4_000,
  );
  assert.equal(granted(computed, [failure("infrastructure")]).resources.memoryBytes, 1_000);
  const timedOut = granted(computed, [failure("resource", "job-timed-out")]);
  assert.deepEqual([timedOut.resources.memoryBytes, timedOut.timeoutMs], [1_000, 120_000]);
});

test("a function that looks at the attempt before decides about growth itself", () => {
  const computed = (_args: unknown, previous: { memoryBytes: never; attempt: never }): unknown => ({
    memory: add(previous.memoryBytes, 500),
    cpu: add(previous.attempt, 1),
  });
  assert.deepEqual(granted(computed).resources, { cpu: 1, memoryBytes: 500, gpu: 0, diskBytes: 0 });
  const { resources } = granted(computed, [failure("resource"), failure("infrastructure")]);
  assert.deepEqual(resources, { cpu: 3, memoryBytes: 1_500, gpu: 0, diskBytes: 0 });
});

test("what is computed and is no amount is an error that names the task", () => {
  const wrong = (_args: unknown, previous: { failure: never }): unknown => ({
    cpu: orElse(previous.failure, "many" as never),
  });
  assert.throws(() => granted(wrong), {
    code: "resources-not-valid",
    message: /resources-\d+.*cpu is "many"/,
  });
  assert.throws(() => granted(({ bytes }: { bytes: never }) => ({ memory: mul(bytes, -1) })), {
    code: "resources-not-valid",
  });
});

test("a size may be computed as text", () => {
  assert.equal(
    granted(({ bytes }: { bytes: never }) => ({ memory: format`${bytes} MiB` })).resources.memoryBytes,
    1_000 * 2 ** 20,
  );
});

test("(C7) equal calls with different functions share the largest of what they give", () => {
  const of = (resources: unknown): ResourceOptions => {
    const { taskName } = task(
      { name: `resources-${++count}`, resources: resources as ResourceOptions },
      () => 1,
    );
    return requireTask(taskName).options.resources as ResourceOptions;
  };
  const [small, large] = [of(() => ({ memory: 1, cpu: 4 })), of(() => ({ memory: 9 }))];
  const merged = stronger({ resources: small }, { resources: { ...large, gpu: 1 } });
  const job = {
    resourceArgs: {},
    failures: [],
    placement: merged,
    entry: { definition: { name: "x" } },
  } as unknown as Job;
  assert.deepEqual(grantFor(job).resources, { cpu: 4, memoryBytes: 9, gpu: 1, diskBytes: 0 });
  const again = stronger(merged, { resources: small });
  assert.equal(again, merged, "nothing more is asked for");
});
