import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { TestServer } from "../testing/test-server.ts";

const FLOW = fileURLToPath(new URL("../testing/flow.fixture.ts", import.meta.url));

test("of two who decide at once one wins, the other is told so, and both are kept", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const tokens = ["ana", "ben"].map((name) => server.tokenOf(name, "approver"));
  for (let round = 0; round < 5; round++) {
    const run = await server.launch("checked", { n: round });
    const gate = await server.openGate(run);
    const outcomes = ["approved", "rejected"];
    const answers = await Promise.all(
      outcomes.map((outcome, index) =>
        server.ask("POST", `/runs/${run}/gates/${gate}/decision`, {
          body: { outcome },
          token: tokens[index] ?? "",
        }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 409]));
    const { body } = await server.ask("GET", `/runs/${run}/signals`);
    assert.deepEqual(body.signals.map(({ state }) => state).toSorted(), ["refused", "used"]);
    const audit = await server.ask("GET", `/runs/${run}/audit`);
    assert.equal(audit.body.verification.holds, true);
    const given = audit.body.entries.find(({ action }) => action === "voted")?.given;
    assert.equal(given?.outcome, outcomes[answers.findIndex(({ status }) => status === 200)]);
  }
});

test("a decision may come before its gate: it is kept, and the run goes on through it", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("stepwise");
  await server.openGate(run);
  const early = await server.ask(
    "POST",
    `/runs/${run}/gates/${encodeURIComponent("stepwise/after/second")}/decision`,
    {
      body: { outcome: "answered", value: "x" },
    },
  );
  assert.deepEqual([early.status, early.body.code], [422, "signal-not-valid"]);
  const kept = await server.ask("POST", `/runs/${run}/gates/second/decision`, {
    body: { outcome: "answered", value: 7 },
  });
  assert.deepEqual([kept.status, kept.body], [202, { state: "kept" }]);
  const impossible = await server.ask("POST", `/runs/${run}/gates/third/decision`, {
    body: { outcome: "approved" },
  });
  assert.deepEqual([impossible.status, impossible.body.code], [404, "gate-not-found"]);
  await server.ask("POST", `/runs/${run}/gates/first/decision`, { body: { outcome: "approved" } });
  await server.until(run, ({ status }) => status === "succeeded");
  assert.equal((await server.ask("GET", `/runs/${run}/value`)).body.value, 7);
});

test("several gates are decided in one call, all or none", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("lanes", { ids: ["a", "b"] });
  await server.until(run, ({ openGates }) => openGates.length === 2);
  const { body } = await server.ask("GET", `/runs/${run}/gates`);
  const paths = body.gates.map(({ path }) => path);
  const send = (gates: readonly string[]) =>
    server.ask("POST", "/signals", {
      body: { signals: gates.map((gate) => ({ run, gate, outcome: "approved" })) },
    });
  const wrong = await send([...paths, "none"]);
  assert.deepEqual([wrong.status, wrong.body.code], [404, "gate-not-found"]);
  assert.equal((await server.ask("GET", "/inbox")).body.gates.length, 2);
  const all = await send(paths);
  assert.deepEqual(
    all.body.results.map(({ state }) => state),
    ["counted", "counted"],
  );
  await server.until(run, ({ status }) => status === "succeeded");
});

test("what shows evidence is decided by who names the content that they saw", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("shown", { page: FLOW });
  const gate = await server.openGate(run);
  const decide = (seen?: string) =>
    server.ask("POST", `/runs/${run}/gates/${gate}/decision`, { body: { outcome: "approved", seen } });
  const unseen = await decide();
  assert.deepEqual([unseen.status, unseen.body.code], [428, "content-not-named"]);
  const { contentHash } = (await server.ask("GET", `/runs/${run}/gates/${gate}`)).body;
  assert.deepEqual((await decide("1:other")).body.code, "content-changed");
  assert.equal((await decide(contentHash)).status, 200);
});

test("a gate is handed over, and whoever did so decides it no more", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const [ana, ben] = ["ana", "ben"].map((name) => server.tokenOf(name, "approver")) as [string, string];
  const run = await server.launch("checked");
  const gate = await server.openGate(run);
  const given = await server.ask("POST", `/runs/${run}/gates/${gate}/hand-over`, {
    body: { to: { users: ["ben"] }, comment: "away" },
    token: ana,
  });
  assert.deepEqual(
    [given.status, given.body.deciders?.users, given.body.deciders?.handedOver?.[0]?.by],
    [200, ["ben"], "ana"],
  );
  const decide = (token: string) =>
    server.ask("POST", `/runs/${run}/gates/${gate}/decision`, { body: { outcome: "approved" }, token });
  assert.equal((await decide(ana)).status, 403);
  assert.equal((await decide(ben)).status, 200);
});

test("who launched and who decided is who the tokens speak for", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("planned", {}, server.tokenOf("ana", "operator"));
  await server.openGate(run);
  const answered = await server.ask("POST", `/runs/${run}/gates/plan/decision`, {
    body: { outcome: "answered", value: { lanes: [1], note: "\u001b[31m\u0000<script>" } },
    token: server.tokenOf("ben", "approver"),
  });
  assert.deepEqual([answered.body.gate.launcher, answered.body.gate.decision?.by], ["ana", "ben"]);
  await server.until(run, ({ status }) => status === "succeeded");
  const { value } = (await server.ask("GET", `/runs/${run}/value`)).body;
  assert.deepEqual(value, { lanes: [1], note: "\u001b[31m\u0000<script>" });
});
