import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { map, waitForEvent, workflow, z } from "@ligase/sdk";
import { openEngineWith, type Engine, type Published } from "@ligase/engine/testing";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { faultyStore } from "../../testkit/src/fault-store.ts";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { openPostgresStore } from "../src/store/postgres/postgres.ts";
import type { EventParty } from "./fixtures/event-party.ts";

/* C24: events between processes, and in one that dies. */

const FILE = import.meta.filename;
const PARTY = fileURLToPath(new URL("./fixtures/event-party.ts", import.meta.url));
const { skip } = needs("postgres");
const ADA = { name: "ada" };

const three = workflow({ name: "three" }, () =>
  map(["a", "b", "c"], () => waitForEvent({ name: "e", key: "k", schema: z.number() })),
);

test("an event for all that its publisher did not give to all, because it died, is given by whoever goes on", async () => {
  for (let dieInWrite = 1; dieInWrite <= 4; dieInWrite++) {
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(three);
    await rig.gates(run, 3);
    run.interrupt();
    await run.ended;
    const publish = (engine: Engine): Published =>
      engine.events.publish({ key: "k", payload: 6, id: "m", to: "all" }, ADA);
    const dying = openEngineWith(
      { root: rig.root },
      { clock: rig.clock, wrapStore: (store) => faultyStore(store, { fromWrite: dieInWrite, strike }) },
    );
    assert.throws(() => publish(dying), DEATH);
    await dying.close();
    await rig.reopen();
    // Nothing of it was kept when it died in the first write: whoever told it tells it again.
    const again = dieInWrite === 1 ? publish(rig.engine) : null;
    assert.equal(again?.isNew, dieInWrite === 1 ? true : undefined);
    const resumed = await rig.engine.resume(run.id);
    assert.deepEqual(valueOf(await resumed.ended), [6, 6, 6]);
    assert.deepEqual([publish(rig.engine).isNew, publish(rig.engine).takenBy.length], [false, 3]);
  }
});

const DEATH = new Error("the process dies");
const strike = (): never => {
  throw DEATH;
};

test("a decision that an event brought is part of the run's chain, and so is one that did not fit", async () => {
  const { verifyAudit } = await import("../src/inspect/verify-audit.ts");
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(three);
  await rig.gates(run, 3);
  for (const payload of ["no", 1, 2, 3]) rig.engine.events.publish({ key: "k", payload }, ADA);
  await run.ended;
  const { inspect } = rig.engine;
  const entries = inspect.audit(run.id);
  assert.equal(verifyAudit(entries, inspect.signals(run.id)).holds, true);
  const actions = entries.map(({ action, actor }) => `${action} ${actor}`);
  assert.equal(actions.filter((action) => action === "refused ada").length, 3);
  assert.equal(actions.filter((action) => action === "voted ada").length, 3);
});

describe("events on one Postgres", { skip }, () => {
  const server = new PostgresServer();
  after(() => server[Symbol.dispose]());

  test("three engines that publish and wait at once lose nothing and give nothing twice", async (t) => {
    const url = server.url();
    const root = mkdtempSync(join(tmpdir(), "ligase-events-"));
    t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
    const keys = ["k0", "k1", "k2"];
    const turned = (by: number): readonly string[] =>
      Array.from({ length: 12 }, (_, n) => keys[(n + by) % keys.length] ?? "");
    const parties = [0, 1, 2].map((n) =>
      partyEnds({
        root: join(root, `${n}`),
        store: url,
        name: `party-${n}`,
        waits: turned(n),
        publishes: turned(n + 1).toReversed(),
      }),
    );
    const ends = (await Promise.all(parties)).flat();
    assert.deepEqual(new Set(ends.map(([status]) => status)), new Set(["succeeded"]));
    const store = openPostgresStore(url);
    const events = store.events.list(null, Number.MAX_SAFE_INTEGER, 1_000);
    assert.deepEqual(new Set(events.map(({ takenBy }) => takenBy.length)), new Set([1]));
    assert.equal(new Set(events.flatMap(({ takenBy }) => takenBy)).size, 36);
    store.close();
  });
});

async function partyEnds(party: EventParty): Promise<readonly (readonly [string, unknown])[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [PARTY, JSON.stringify(party)]);
  return JSON.parse(stdout) as readonly (readonly [string, unknown])[];
}
