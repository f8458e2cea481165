import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isLigaseError, task, workflow, z } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";

/* C19: a server that crashed and lost what runs build on. */

const { skip } = needs("postgres");

const begun = Promise.withResolvers<undefined>();
const goesOn = Promise.withResolvers<undefined>();

const first = task({ name: "first", input: {}, output: z.number(), light: true }, () => 1);
const second = task(
  { name: "second", input: { n: z.number() }, output: z.number(), light: true },
  async ({ n }) => {
    begun.resolve(undefined);
    await goesOn.promise;
    return n + 1;
  },
);
const flow = workflow({ name: "flow" }, () => second({ n: first({}) }));

test(
  "a run whose rows a crash of the server took stops, whoever noticed it first, and can be gone on with",
  { skip },
  async () => {
    using server = new PostgresServer();
    server.sql(server.url("public"), "ALTER SYSTEM SET wal_writer_delay = '10s'");
    server.sql(server.url("public"), "SELECT pg_reload_conf()");
    const store = server.url();
    await using rig = new EngineRig(import.meta.filename, { store });
    const run = await rig.launch(flow);
    await begun.promise;
    await rig.pass(20);
    const rows = (): readonly string[] => server.sql(store, "SELECT count(*) FROM job");
    while (rows()[0] === "0") await nextTurn();
    server.stop("immediate");
    server.start();
    assert.deepEqual(rows(), ["0"], "they were computed, and not on the disk yet");
    assert.throws(
      () => rig.engine.inspect.runs(),
      (error) => isLigaseError(error, "store-lost-writes"),
      "somebody who reads is told",
    );
    goesOn.resolve(undefined);
    const { status, error } = await run.ended;
    assert.deepEqual([status, error?.code], ["failed", "store-lost-writes"]);
    assert.deepEqual(server.sql(store, "SELECT status FROM run WHERE lease_owner IS NULL"), ["running"]);
    const resumed = await rig.engine.resume(run.id);
    assert.equal(valueOf(await resumed.ended), 2);
    const named =
      "SELECT count(*) FROM attempt JOIN job ON job.run = attempt.run AND job.number = attempt.job";
    assert.deepEqual(server.sql(store, named), server.sql(store, "SELECT count(*) FROM attempt"));
    assert.deepEqual(
      rig.engine.inspect
        .jobs(run.id)
        .map((job) => job.task)
        .toSorted(),
      ["first", "flow", "second"],
    );
  },
);
