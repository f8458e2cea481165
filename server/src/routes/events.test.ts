import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { TestServer } from "../testing/test-server.ts";

const FLOW = fileURLToPath(new URL("../testing/event-flow.fixture.ts", import.meta.url));

test("an event that is published goes to the run that waits for it, which may have left memory", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const publish = (body: unknown) => server.ask("POST", "/events", { body });
  const run = await server.launch("paid", { order: "17" });
  const gate = await server.openGate(run);
  const misfit = await publish({ key: "order:17", payload: { total: "much" } });
  assert.equal(misfit.status, 202);
  assert.partialDeepStrictEqual(misfit.body, { isNew: true, takenBy: [], refusedBy: [{ gate }] });
  const message = { key: "order:17", payload: { total: 5 }, id: "m1", source: "shop" };
  const taken = await publish(message);
  assert.equal(taken.status, 200);
  assert.partialDeepStrictEqual(taken.body, { isNew: true, by: "host", takenBy: [gate], refusedBy: [] });
  const again = await publish({ ...message, payload: null });
  assert.deepEqual([again.status, again.body], [200, { ...taken.body, isNew: false }]);
  await server.until(run, ({ status }) => status === "succeeded");
  assert.deepEqual((await server.ask("GET", `/runs/${run}/value`)).body.value, { total: 5 });
  const kept = await publish({ key: "order:18", payload: { total: 6 } });
  assert.equal(kept.status, 202);
  const later = await server.launch("paid", { order: "18" });
  await server.until(later, ({ status }) => status === "succeeded");
  const { body } = await server.ask("GET", "/events?key=order%3A18");
  assert.deepEqual([body.events.length, body.events[0]?.takenBy.length], [1, 1]);
  assert.equal((await server.ask("GET", "/events?limit=2")).body.events.length, 2);
});

test("an event launches a run of a trigger once, and one with which it cannot is refused with the place", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const publish = (body: unknown) => server.ask("POST", "/events", { body });
  const wrong = await publish({ key: "invoice:1", payload: { total: "much" } });
  assert.deepEqual([wrong.status, wrong.body.code], [422, "argument-not-valid"]);
  assert.match(JSON.stringify(wrong.body), /"path":\["event","payload","total"\]/);
  const ended = new Promise<string>((resolve) => {
    server.engine.subscribe((run, { kind }) => kind === "run-ended" && resolve(run));
  });
  const message = { key: "invoice:1", payload: { total: 5 }, id: "m1" };
  const told = await publish(message);
  assert.equal(told.status, 202);
  assert.partialDeepStrictEqual(told.body, { launches: [{ trigger: "invoice", run: null, problem: null }] });
  const run = await ended;
  assert.deepEqual((await server.ask("GET", `/runs/${run}/value`)).body.value, 5);
  const again = await publish(message);
  assert.partialDeepStrictEqual(again.body, { isNew: false, launches: [{ run }] });
  assert.equal((await server.ask("GET", "/runs")).body.runs.length, 1);
});

test("the content of a file that an event names is read and kept when it is published", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const sheet = join(server.root, "sheet.csv");
  writeFileSync(sheet, "1,2");
  const run = await server.launch("arrived");
  const gate = await server.openGate(run);
  const publish = (payload: string) => server.ask("POST", "/events", { body: { key: "arrived", payload } });
  const missing = await publish(join(server.root, "none.csv"));
  assert.equal(missing.body.code, "file-not-found");
  const taken = await publish(sheet);
  assert.equal(taken.status, 200);
  assert.partialDeepStrictEqual(taken.body, { takenBy: [gate] });
  writeFileSync(sheet, "3,4,5");
  await server.until(run, ({ status }) => status === "succeeded");
  const { body } = await server.ask("GET", `/runs/${run}/value`);
  assert.partialDeepStrictEqual(body.value, { size: 3 });
});

test("what is no event is refused, and so is who may not publish one", async (t) => {
  const server = await TestServer.start(t);
  const publish = async (body: unknown, token = server.token) => {
    const answer = await server.ask("POST", "/events", { body, token });
    return [answer.status, answer.body.code];
  };
  assert.deepEqual(await publish({ payload: 1 }), [422, "request-not-valid"]);
  assert.deepEqual(await publish({ key: "k", more: 1 }), [422, "request-not-valid"]);
  assert.deepEqual(await publish({ key: "a\u0007" }), [422, "event-not-valid"]);
  assert.deepEqual(await publish({ key: "k", source: "source:files" }), [422, "event-not-valid"]);
  assert.deepEqual(await publish({ key: "k" }, server.tokenOf("vic", "viewer")), [403, "not-allowed"]);
  assert.deepEqual(await publish({ key: "k" }, "none"), [401, "token-refused"]);
  assert.deepEqual(await publish({ key: "k" }, server.tokenOf("ola", "operator")), [202, undefined]);
});
