import assert from "node:assert/strict";
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
