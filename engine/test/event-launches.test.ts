import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { openEngine, type Engine } from "@ligase/engine";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";

/* C18, R11: events that launch runs, between processes that are killed. */

const SERVER = fileURLToPath(new URL("./fixtures/trigger-server.ts", import.meta.url));
const ADA = { name: "ada" };
const EVENTS = 24;

const { skip } = needs("postgres");
const postgres = skip === false ? new PostgresServer() : null;
after(() => postgres?.[Symbol.dispose]());

/** Where the engines of a test are. */
interface Place {
  readonly root: string;
  readonly store?: string;
}

function placeOf(t: TestContext, store: string | undefined): Place {
  const root = mkdtempSync(join(tmpdir(), "ligase-launches-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  return store === undefined ? { root } : { root, store };
}

/** Starts a process that serves the trigger; resolves when it does. */
async function serving(t: TestContext, { root, store }: Place): Promise<ChildProcess> {
  const child = fork(SERVER, [root, ...(store === undefined ? [] : [store])]);
  t.after(() => child.kill("SIGKILL"));
  await once(child, "message");
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.send("end");
  await exit;
}

function publish(engine: Engine, from: number, to: number): void {
  for (let n = from; n < to; n++) engine.events.publish({ key: `square:${n}`, payload: n, id: `m${n}` }, ADA);
}

async function survive(t: TestContext, store?: string): Promise<void> {
  const place = placeOf(t, store);
  const first = await serving(t, place);
  const engine = openEngine(place);
  publish(engine, 0, EVENTS / 2);
  await once(first, "message");
  first.kill("SIGKILL");
  await once(first, "exit");
  publish(engine, EVENTS / 2, EVENTS);
  const others = [await serving(t, place), await serving(t, place)];
  const runs = () => engine.inspect.runs({ limit: 2 * EVENTS });
  const launched = new Promise<void>((resolve) => {
    const look = (): void => {
      if (runs().length >= EVENTS) resolve();
    };
    for (const child of others) child.on("message", look);
    look();
  });
  await launched;
  await Promise.all(others.map(ended));
  const messages = runs().map(({ args }) => (args as { event: { id: string } }).event.id);
  assert.deepEqual(
    messages.toSorted(),
    Array.from({ length: EVENTS }, (_, n) => `m${n}`).toSorted(),
    "each has one run",
  );
  const launches = engine.events.list({ limit: EVENTS }).flatMap((event) => event.launches);
  assert.deepEqual(new Set(launches.map(({ run }) => run)), new Set(runs().map(({ id }) => id)));
  await engine.close();
}

test("C18: events launch one run each, though the engine that launches them is killed", (t) => survive(t));

test("C18: the same on Postgres", { skip }, (t) => survive(t, postgres?.url()));
