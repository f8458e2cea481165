import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { BASE, createApp } from "./app.ts";
import { TestServer } from "./testing/test-server.ts";

const FLOW = fileURLToPath(new URL("./testing/flow.fixture.ts", import.meta.url));

test("a run is launched, waits at its gate, is approved and gives its value", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const launched = await server.ask("POST", "/runs", {
    body: { workflow: "checked", args: { n: 21 }, tags: { sample: "S1" } },
  });
  assert.equal(launched.status, 202);
  const { id } = launched.body;
  assert.equal(launched.headers.get("location"), `${BASE}/runs/${id}`);
  assert.deepEqual(
    [launched.body.user, launched.body.args, launched.body.tags],
    ["host", { n: 21 }, { sample: "S1" }],
  );

  const gate = await server.openGate(id);
  const inbox = await server.ask("GET", "/inbox");
  assert.deepEqual(
    inbox.body.gates.map((one) => [one.id, one.question, one.launcher]),
    [[gate, "Good enough?", "host"]],
  );
  assert.deepEqual((await server.ask("GET", `/runs/${id}/value`)).body, { status: "waiting", value: null });

  const decided = await server.ask("POST", `/runs/${id}/gates/quality/decision`, {
    body: { outcome: "approved", comment: "fine" },
  });
  assert.deepEqual(
    [decided.status, decided.body.state, decided.body.gate.status, decided.body.gate.decision?.by],
    [200, "counted", "resolved", "host"],
  );
  await server.until(id, ({ status }) => status === "succeeded");
  assert.deepEqual((await server.ask("GET", `/runs/${id}/value`)).body, { status: "succeeded", value: 42 });
  assert.deepEqual(
    server.told.map((told) => [told.kind, "gate" in told ? told.gate : null]),
    [
      ["launched", null],
      ["decided", "checked/quality"],
    ],
  );
});

test("runs and jobs are listed in pages, by what they are", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const ids = [];
  for (const n of [1, 2, 3]) ids.unshift(await server.launch("straight", { n }));
  for (const id of ids) await server.until(id, ({ status }) => status === "succeeded");
  const first = await server.ask("GET", "/runs?limit=2&workflow=straight");
  assert.deepEqual(
    first.body.runs.map(({ id }) => id),
    ids.slice(0, 2),
  );
  const second = await server.ask("GET", `/runs?limit=2&before=${first.body.next}`);
  assert.deepEqual([second.body.runs.map(({ id }) => id), second.body.next], [ids.slice(2), null]);
  assert.deepEqual((await server.ask("GET", "/runs?status=failed")).body.runs, []);

  const jobs = await server.ask("GET", `/runs/${ids[0]}/jobs?task=double`);
  assert.deepEqual(
    jobs.body.jobs.map(({ task, status }) => [task, status]),
    [["double", "succeeded"]],
  );
  const number = jobs.body.jobs[0]?.number;
  const job = await server.ask("GET", `/runs/${ids[0]}/jobs/${number}`);
  assert.deepEqual([job.body.args, job.body.value], [{ n: 3 }, 6]);
  assert.match(job.body.why, /\w/);
});

test("a run is cancelled, and one that failed is resumed, by whom the token speaks for", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const waiting = await server.launch("checked");
  await server.openGate(waiting);
  assert.equal((await server.ask("POST", `/runs/${waiting}/cancel`)).status, 202);
  await server.until(waiting, ({ status }) => status === "cancelled");
  assert.equal((await server.ask("POST", `/runs/${waiting}/cancel`)).status, 410);

  const failed = await server.launch("failing");
  await server.until(failed, ({ status }) => status === "failed");
  const run = await server.ask("GET", `/runs/${failed}`);
  assert.deepEqual([run.body.error.kind, run.body.error.message], ["user", "no"]);
  assert.equal((await server.ask("POST", `/runs/${failed}/resume`)).status, 202);
});

test("the same launch with the same idempotency key is one run; another one with it is refused", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const send = (n: number, token?: string) =>
    server.ask("POST", "/runs", {
      body: { workflow: "straight", args: { n } },
      headers: { "Idempotency-Key": "k1" },
      ...(token === undefined ? {} : { token }),
    });
  const [one, other] = await Promise.all([send(1), send(1)]);
  assert.deepEqual([one.status, other.status, one.body.id], [202, 202, other.body.id]);
  assert.equal((await send(1)).body.id, one.body.id);
  const taken = await send(2);
  assert.deepEqual([taken.status, taken.body.code], [422, "idempotency-key-taken"]);
  // A key is its user's.
  assert.notEqual((await send(1, server.tokenOf("ana", "operator"))).body.id, one.body.id);
  const forged = await server.ask("POST", "/runs", {
    body: { workflow: "straight", args: { n: 1 }, tags: { "ligase.idempotency-key": "x" } },
  });
  assert.deepEqual([forged.status, forged.body.code], [422, "tag-not-free"]);
});

test("the document describes every route, with its parameters and answers", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const { status, body } = await server.ask("GET", "/openapi.json", { token: "" });
  assert.equal(status, 200);
  assert.equal(body.openapi, "3.1.0");
  const described = Object.entries(body.paths as Record<string, Record<string, unknown>>).flatMap(
    ([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  const service = { engine: server.engine, base: BASE } as Parameters<typeof createApp>[0];
  const routes = createApp(service, { hosts: [] })
    .routes.filter(({ method, path }) => method !== "ALL" && !path.endsWith("/openapi.json"))
    .map(({ method, path }) => `${method} ${path}`);
  assert.ok(routes.length > 20);
  assert.deepEqual(described.toSorted(), [...new Set(routes)].toSorted());

  for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, Operation>>))
    for (const { summary, parameters = [], responses } of Object.values(methods)) {
      const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
      const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => name);
      assert.deepEqual(inPath.toSorted(), named.toSorted(), path);
      assert.ok((summary ?? "").length > 0 && "default" in responses, path);
    }
  assertReferences(body, { ...body });
});

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: object;
}

/** Every `$ref` leads somewhere. */
function assertReferences(part: unknown, document: Record<string, unknown>): void {
  if (typeof part !== "object" || part === null) return;
  const { $ref } = part as { readonly $ref?: unknown };
  if (typeof $ref === "string") {
    const found = $ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
    assert.ok(found !== undefined, $ref);
  }
  Object.values(part).forEach((inner) => assertReferences(inner, document));
}
