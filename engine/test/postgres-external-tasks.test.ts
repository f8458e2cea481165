import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { external, map, workflow, z } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";

/* Workers on several engines, each a process, race for one topic on one Postgres. */

const WORKER = fileURLToPath(new URL("./fixtures/external-worker.ts", import.meta.url));
const MANY = 24;
const LIMIT = 4;

const square = external({
  name: "square",
  topic: "numbers",
  input: { x: z.number() },
  output: z.number(),
  limit: LIMIT,
});
const many = workflow({ name: "many-squares" }, () =>
  map(
    Array.from({ length: MANY }, (_, x) => x),
    (x) => square({ x }),
  ),
);

type Told = { readonly completed: string; readonly held: number } | { readonly ready: true };

test(
  "of workers on several engines each task is completed by one, and no more are leased than the limit",
  needs("postgres"),
  async () => {
    using server = new PostgresServer();
    const store = server.url();
    await using rig = new EngineRig(import.meta.filename, { store });
    const told: Extract<Told, { completed: string }>[] = [];
    const workers = [1, 2, 3].map((n) => fork(WORKER, [store, join(rig.root, `w${n}`)]));
    const ended = workers.map((worker) => once(worker, "exit"));
    const ready = workers.map((worker) => once(worker, "message"));
    for (const worker of workers)
      worker.on("message", (message: Told) => void ("completed" in message && told.push(message)));
    await Promise.all(ready);
    const run = await rig.launch(many);
    assert.deepEqual(
      valueOf(await run.ended),
      Array.from({ length: MANY }, (_, x) => x ** 2),
    );
    for (const worker of workers) worker.send("stop");
    assert.deepEqual(
      (await Promise.all(ended)).map(([code]) => code as number),
      [0, 0, 0],
    );
    assert.equal(told.length, MANY);
    assert.equal(new Set(told.map(({ completed }) => completed)).size, MANY);
    assert.ok(told.every(({ held }) => held <= LIMIT));
    assert.ok(rig.engine.external.list({ limit: MANY }).every(({ attempts }) => attempts === 1));
  },
);
