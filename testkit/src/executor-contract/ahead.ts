import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobSpec } from "@ligase/sdk/internal";
import type { ExecutorCases, ExecutorRig } from "./rig.ts";

const ONE = { key: "lane", places: 1 };

/** What an executor does with jobs that it is given ahead of their turn. */
export const aheadCases: ExecutorCases = {
  "of a lane no more run than it has places; the others start in the order given": async (rig) => {
    const { first, release, next } = await heldLane(rig, ["true", "true", "true"]);
    // Beside the lane there is room.
    assert.ok((await rig.run({ command: "true" })).outcome.ok);
    assert.deepEqual(startedOf(rig, next), []);
    await release();
    await Promise.all(next.map((spec) => rig.ended(spec)));
    const inLane = new Set([first, ...next].map(({ id }) => id));
    const told = rig.events.filter(({ id }) => inLane.has(id)).map(({ kind, id }) => `${kind} ${id}`);
    assert.deepEqual(
      told,
      [first, ...next].flatMap(({ id }) => [`started ${id}`, `ended ${id}`]),
    );
  },

  "a job whose outputs are files leaves its place to the next when they were taken": async (rig) => {
    const specs = ["a", "b", "c"].map((path) =>
      rig.job({ command: `echo x >${path}`, outputs: { kind: "file", path } }),
    );
    rig.executor.submit(specs, ONE);
    const ended = await Promise.all(specs.map((spec) => rig.ended(spec)));
    assert.ok(ended.every(({ outcome }) => outcome.ok));
    assert.deepEqual(
      rig.events.map(({ kind, id }) => `${kind} ${id}`),
      specs.flatMap(({ id }) => [`started ${id}`, `ended ${id}`]),
    );
  },

  "taken back before it started, a job is returned and runs nothing; what runs goes on": async (rig) => {
    const { first, release, next } = await heldLane(rig, ["echo ran >../ran", "echo ran >../ran"]);
    rig.executor.ahead?.takeBack([first, ...next].map(({ id }) => id));
    await Promise.all(next.map((spec) => rig.returned(spec)));
    await release();
    assert.ok((await rig.ended(first)).outcome.ok);
    const last = rig.job({ command: "true" });
    rig.executor.submit([last], ONE);
    await rig.ended(last);
    assert.equal(existsSync(join(first.folder, "../ran")), false);
    for (const { id } of next)
      assert.deepEqual(
        rig.events.filter((event) => event.id === id).map(({ kind }) => kind),
        ["returned"],
      );
  },

  "taken back while its inputs are placed, a job is returned": async (rig) => {
    const input = { path: "a", source: await rig.file("a", "x") };
    const spec = rig.job({ command: "echo ran >../ran", inputs: [input] });
    rig.executor.submit([spec], ONE);
    rig.executor.ahead?.takeBack([spec.id]);
    await rig.returned(spec);
    assert.equal(existsSync(join(spec.folder, "../ran")), false);
  },

  "a job that was returned can be submitted again": async (rig) => {
    const { release, next } = await heldLane(rig, ["echo again"]);
    const [spec] = next as [JobSpec];
    rig.executor.ahead?.takeBack([spec.id]);
    await rig.returned(spec);
    rig.executor.submit([spec], ONE);
    await release();
    assert.equal((await rig.ended(spec)).value, "again");
  },

  "cancelled before it started, a job of a lane ends as cancelled and runs nothing": async (rig) => {
    const { first, release, next } = await heldLane(rig, ["echo ran >../ran"]);
    const [spec] = next as [JobSpec];
    rig.executor.cancel([spec.id], 0);
    assert.equal((await rig.ended(spec)).error.kind, "cancelled");
    await release();
    await rig.ended(first);
    assert.equal(existsSync(join(first.folder, "../ran")), false);
  },

  "a lane that gets more places starts what waits": async (rig) => {
    const { first, release, next } = await heldLane(rig, ["true"]);
    rig.executor.submit([], { ...ONE, places: 2 });
    await Promise.all(next.map((spec) => rig.ended(spec)));
    await release();
    await rig.ended(first);
  },

  "jobs beyond the places of their lane take nothing of the capacity": async (rig) => {
    const free = rig.executor.capacity();
    const { first, release, next } = await heldLane(rig, ["true", "true"]);
    assert.equal(rig.executor.capacity(), free - 1);
    await release();
    await Promise.all([first, ...next].map((spec) => rig.ended(spec)));
    assert.equal(rig.executor.capacity(), free);
  },

  "closing ends what waits in a lane as well": async (rig) => {
    const { first, next } = await heldLane(rig, ["echo ran >../ran"]);
    await rig.executor.close();
    assert.equal(rig.executor.ahead?.room(), 0);
    for (const spec of [first, ...next]) assert.equal((await rig.ended(spec)).error.kind, "cancelled");
    assert.equal(existsSync(join(first.folder, "../ran")), false);
  },
};

/** A lane of one place: its first job runs until it is released, the next were submitted with it. */
async function heldLane(
  rig: ExecutorRig,
  commands: readonly string[],
): Promise<{
  readonly first: JobSpec;
  readonly next: readonly JobSpec[];
  readonly release: () => Promise<void>;
}> {
  const [said, hold] = [rig.pipe("said"), rig.pipe("hold")];
  const small = { cpu: 0.1, memoryBytes: 0, gpu: 0, diskBytes: 0 };
  const first = rig.job({ command: `echo >'${said}'; read -r _ <'${hold}'`, resources: small });
  const next = commands.map((command) => rig.job({ command, resources: small }));
  rig.executor.submit([first, ...next], ONE);
  await readFile(said);
  return { first, next, release: () => rig.release(hold) };
}

function startedOf(rig: ExecutorRig, specs: readonly JobSpec[]): readonly string[] {
  const ids = new Set(specs.map(({ id }) => id));
  return rig.events.filter(({ kind, id }) => kind === "started" && ids.has(id)).map(({ id }) => id);
}
