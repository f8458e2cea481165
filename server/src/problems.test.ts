import assert from "node:assert/strict";
import { request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { LigaseError } from "@ligase/sdk";
import { problemOf } from "./problems.ts";
import { TestServer } from "./testing/test-server.ts";

const FLOW = fileURLToPath(new URL("./testing/flow.fixture.ts", import.meta.url));

test("each refusal has its status, its code, and something to do", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("checked");
  const gate = await server.openGate(run);
  const decide = (address: string, body: unknown) =>
    server.ask("POST", `/runs/${run}/gates/${encodeURIComponent(address)}/decision`, { body });
  const shown = (await server.ask("GET", `/runs/${run}/gates/${gate}`)).body.contentHash;
  const asked = [
    [401, "token-missing", server.ask("GET", "/runs", { headers: { Authorization: "" } })],
    [401, "token-refused", server.ask("GET", "/runs", { token: "lig_wrong" })],
    [404, "route-not-found", server.ask("GET", "/nothing")],
    [404, "run-not-found", server.ask("GET", "/runs/0190")],
    [404, "job-not-found", server.ask("GET", `/runs/${run}/jobs/99`)],
    [404, "gate-not-found", server.ask("GET", `/runs/${run}/gates/none`)],
    [404, "gate-not-found", decide("none", { outcome: "approved" })],
    [404, "workflow-not-served", server.ask("POST", "/runs", { body: { workflow: "none" } })],
    [409, "content-changed", decide("quality", { outcome: "approved", seen: `${shown}x` })],
    [422, "signal-not-valid", decide("quality", { outcome: "answered", value: 1 })],
    [422, "request-not-valid", decide("quality", { outcome: "approved", by: "ana" })],
    [422, "request-not-valid", server.ask("GET", "/runs?limit=0")],
  ] as const;
  for (const [status, code, asking] of asked) {
    const { status: found, body, headers } = await asking;
    assert.deepEqual([found, body.code], [status, code], JSON.stringify(body));
    assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.ok(body.message.length > 0 && body.remedy.length > 0);
  }
  assert.equal((await decide("quality", { outcome: "approved" })).status, 200);
  await server.until(run, ({ status }) => status === "succeeded");
  assert.equal((await decide("quality", { outcome: "approved" })).status, 200, "the same again is fine");
  const late = await decide("quality", { outcome: "rejected" });
  assert.deepEqual([late.status, late.body.code], [409, "gate-already-resolved"]);
  const gone = await decide("another", { outcome: "approved" });
  assert.deepEqual([gone.status, gone.body.code], [410, "run-ended"]);
  assert.deepEqual(
    server.told.filter(({ kind }) => kind === "failed"),
    [],
  );
});

test("a wrong value is refused with the path of the wrong field", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const launch = await server.ask("POST", "/runs", { body: { workflow: "lanes", args: { ids: ["a", 4] } } });
  assert.deepEqual(
    [launch.status, launch.body.code, launch.body.issues[0]?.path],
    [422, "argument-not-valid", ["ids", 1]],
  );
  const run = await server.launch("planned");
  await server.openGate(run);
  const answer = (value: unknown) =>
    server.ask("POST", `/runs/${run}/gates/plan/decision`, { body: { outcome: "answered", value } });
  const wrong = await answer({ lanes: [1, "x"] });
  assert.deepEqual([wrong.status, wrong.body.issues[0]?.path], [422, ["lanes", 1]]);
  const body = await server.ask("POST", "/runs", { body: { workflow: "lanes", tags: { a: 1 } } });
  assert.deepEqual([body.status, body.body.issues[0]?.path], [422, ["tags", "a"]]);
  assert.equal((await answer({ lanes: [1, 2] })).status, 200);
});

test("roles decide who may launch and who may decide, as whom the token speaks for and nobody else", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const [viewer, operator, approver] = (["viewer", "operator", "approver"] as const).map((role) =>
    server.tokenOf(`the-${role}`, role),
  ) as [string, string, string];
  const refused = await server.ask("POST", "/runs", { body: { workflow: "careful" }, token: viewer });
  assert.deepEqual([refused.status, refused.body.code], [403, "not-allowed"]);
  const run = await server.launch("careful", {}, approver);
  await server.openGate(run);
  const decide = (token: string, comment?: string) =>
    server.ask("POST", `/runs/${run}/gates/four-eyes/decision`, {
      body: { outcome: "approved", comment },
      token,
    });
  for (const token of [operator, approver]) {
    const { status, body } = await decide(token, "fine");
    assert.deepEqual([status, body.code], [403, "decision-not-allowed"]);
  }
  const host = await server.ask("GET", `/runs/${run}/gates/four-eyes`);
  assert.equal(host.body.refusal, null);
  const launcher = await server.ask("GET", `/runs/${run}/gates/four-eyes`, { token: approver });
  assert.match(launcher.body.refusal ?? "", /they launched the run/);
  assert.equal((await server.ask("GET", "/inbox?mine=true", { token: approver })).body.gates.length, 0);
  const silent = await decide(server.token);
  assert.deepEqual([silent.status, silent.body.code], [422, "gate-needs-comment"]);
  assert.equal((await decide(server.token, "fine")).body.gate.status, "open");
  const second = await decide(server.tokenOf("ben", "approver"), "I agree");
  assert.deepEqual(
    [second.body.gate.status, second.body.gate.votes.map(({ by }) => by)],
    ["resolved", ["host", "ben"]],
  );
});

test("a token that is revoked says nothing any more", async (t) => {
  const server = await TestServer.start(t);
  const by = { name: "host" };
  const secret = server.tokenOf("ana", "viewer");
  assert.equal((await server.ask("GET", "/runs", { token: secret })).status, 200);
  server.engine.people.disable("ana", by);
  assert.equal((await server.ask("GET", "/runs", { token: secret })).status, 401);
});

test("an error that nobody expected says nothing of the inside", () => {
  const { status, problem } = problemOf(new Error("SELECT secret FROM /srv/store"));
  assert.equal(status, 500);
  assert.doesNotMatch(JSON.stringify(problem), /SELECT|srv/);
  const ours = problemOf(new LigaseError("store-damaged" as "store-busy", { path: "/srv/store" }));
  assert.equal(ours.status, 500);
  assert.doesNotMatch(JSON.stringify(ours.problem), /srv/);
});

test("what is too large, no JSON, or for another host is refused", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const large = await server.ask("POST", "/runs", {
    body: { workflow: "lanes", args: "x".repeat(9 * 1024 * 1024) },
  });
  assert.deepEqual([large.status, large.body.code], [413, "body-too-large"]);
  for (const body of ["{", "", "null", '{"workflow":"x"}{}']) {
    const { status } = await server.ask("POST", "/runs", { body });
    assert.ok(status === 400 || status === 422, `${body}: ${status}`);
  }
  const typed = await server.ask("POST", "/runs", { body: "{}", headers: { "Content-Type": "text/plain" } });
  assert.deepEqual([typed.status, typed.body.code], [415, "media-type-not-taken"]);
  const deep = await server.ask("POST", "/runs", {
    body: `{"workflow":"planned","args":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
  });
  assert.ok(deep.status >= 400 && deep.status < 500, String(deep.status));
  const control = await server.ask("POST", "/runs", { body: { workflow: "a\u001b[2Jb" } });
  assert.deepEqual([control.status, control.body.code], [422, "request-not-valid"]);
  assert.equal((await server.ask("GET", "/runs/..%2F..%2Fetc")).status, 404);

  const [foreign, origin] = await Promise.all([
    answerTo(server, { Host: "attacker.example" }),
    answerTo(server, { Origin: "http://attacker.example" }),
  ]);
  assert.deepEqual([foreign, origin], ["403 host-not-allowed", "403 origin-not-allowed"]);
  assert.equal(await answerTo(server, { Origin: "null" }), "403 origin-not-allowed");
  assert.equal(await answerTo(server, { Host: `localhost:${new URL(server.url).port}` }), "200 undefined");
});

/** Asks with headers that `fetch` sets itself. */
async function answerTo(
  { url, token }: TestServer,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const asking = request(`${url}/api/v1/runs`, {
    headers: { Authorization: `Bearer ${token}`, ...headers },
  }).end();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  const { code } = JSON.parse(await text(answer)) as { code?: string };
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assert.equal(answer.headers["access-control-allow-origin"], undefined);
  return `${answer.statusCode} ${code}`;
}
