import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { TestServer, type Answer } from "../testing/test-server.ts";

const FLOW = fileURLToPath(new URL("../testing/external-flow.fixture.ts", import.meta.url));
const CELL = { kind: "cell", boxes: [{ x: 1 }] };

const codeOf = ({ status, body }: Answer): unknown => [status, body.code];

/** A worker's requests in the name of a user. */
function workerOf(server: TestServer, token = server.token) {
  const ask = (path: string, body: unknown) => server.ask("POST", `/external-tasks/${path}`, { body, token });
  return {
    lease: (more: Record<string, unknown> = {}) =>
      ask("lease", { topics: ["images"], worker: "w1", ...more }),
    /** The task that comes next, with what the worker needs to speak of it. */
    async next() {
      const { body } = await ask("lease", { topics: ["images"], worker: "w1", waitMs: 60_000 });
      const [leased] = body.tasks;
      assert.ok(leased !== undefined);
      const { task, token: lease, input, files } = leased;
      return { id: task.id, task, lease: { token: lease }, input, files };
    },
    say: (id: string, what: string, body: unknown) => ask(`${id}/${what}`, body),
  };
}

test("a worker waits for a task, keeps it with signs of life, and its result is the run's value", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const worker = workerOf(server, server.tokenOf("ana", "operator"));
  const waiting = worker.next();
  const run = await server.launch("plain", { image: "a.pnm" });
  const { id, task, lease, input } = await waiting;
  assert.deepEqual(input, { image: "a.pnm" });
  assert.deepEqual(
    [task.run, task.state, task.worker, task.by, task.path],
    [run, "leased", "w1", "ana", "plain/label"],
  );
  const alive = await worker.say(id, "heartbeat", {
    ...lease,
    progress: 0.5,
    message: "half",
    log: ["begun"],
  });
  assert.deepEqual([alive.status, alive.body.progress, alive.body.message], [200, 0.5, "half"]);
  const done = await worker.say(id, "complete", { ...lease, value: CELL });
  assert.deepEqual([done.status, done.body.state], [200, "done"]);
  assert.equal((await worker.say(id, "complete", { ...lease, value: CELL })).status, 200, "again is fine");
  await server.until(run, ({ status }) => status === "succeeded");
  assert.deepEqual((await server.ask("GET", `/runs/${run}/value`)).body.value, CELL);
  const { body } = await server.ask("GET", `/external-tasks/${id}`);
  assert.deepEqual(
    [body.task.state, body.leases[0]?.ending, body.log[0]?.text],
    ["done", "completed", "begun"],
  );
});

test("a worker elsewhere gets the bytes of the files in its input", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const page = join(server.root, "page.txt");
  writeFileSync(page, "what is to be looked at");
  await server.launch("labelled", { image: "a.pnm", page });
  const { input, files } = await workerOf(server).next();
  assert.partialDeepStrictEqual(input, { page: { name: "page.txt", size: 23 } });
  assert.equal(files.length, 1);
  const bytes = await server.ask("GET", (files[0]?.href ?? "").replace("/api/v1", ""));
  assert.equal(bytes.body.text, "what is to be looked at");
});

test("a wrong value names the wrong field, and the worker keeps the task", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const worker = workerOf(server);
  await server.launch("plain", { image: "a.pnm" });
  const { id, lease } = await worker.next();
  const wrong = await worker.say(id, "complete", {
    ...lease,
    value: { kind: "cell", boxes: [{ x: "left" }] },
  });
  assert.deepEqual(codeOf(wrong), [422, "signal-not-valid"]);
  assert.deepEqual(wrong.body.issues[0]?.path, ["boxes", 0, "x"]);
  const listed = await server.ask("GET", "/external-tasks?topic=images&state=leased");
  assert.deepEqual(
    listed.body.tasks.map((task: { id: string }) => task.id),
    [id],
  );
});

test("a task is given back, given up for now, and given up for good", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const worker = workerOf(server);
  const run = await server.launch("plain", { image: "a.pnm" });
  const first = await worker.next();
  assert.equal((await worker.say(first.id, "release", first.lease)).body.state, "ready");
  const second = await worker.next();
  const rests = await worker.say(second.id, "fail", { ...second.lease, message: "busy", retry: true });
  assert.deepEqual([rests.body.state, rests.body.failures], ["ready", 1]);
  const third = await worker.next();
  assert.ok((third.task.leasedAt ?? 0) >= rests.body.availableAt, "not before it has rested");
  const failed = await worker.say(third.id, "fail", { ...third.lease, message: "no image", retry: false });
  assert.equal(failed.body.state, "done");
  await server.until(run, ({ status }) => status === "failed");
  const { body } = await server.ask("GET", `/runs/${run}`);
  assert.deepEqual([body.error.kind, body.error.message], ["user", "no image"]);
});

test("a worker whose task was taken away is told with its next sign of life", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const worker = workerOf(server);
  const run = await server.launch("plain", { image: "a.pnm" });
  const { id, lease } = await worker.next();
  await server.ask("POST", `/runs/${run}/cancel`);
  await server.until(run, ({ status }) => status === "cancelled");
  assert.deepEqual(codeOf(await worker.say(id, "heartbeat", lease)), [409, "external-task-over"]);
  assert.deepEqual(codeOf(await worker.say(id, "complete", { ...lease, value: CELL })), [
    409,
    "gate-already-resolved",
  ]);
});

test("a request that waits ends when its client goes away, and what it was given comes back", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const gone = new AbortController();
  const request = fetch(`${server.url}/api/v1/external-tasks/lease`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ topics: ["images"], worker: "gone", lastsMs: 86_400_000, waitMs: 60_000 }),
    signal: gone.signal,
  });
  const ended = assert.rejects(request, { name: "AbortError" });
  gone.abort();
  await ended;
  await server.launch("plain", { image: "a.pnm" });
  const { task } = await workerOf(server).next();
  assert.equal(task.worker, "w1");
});

test("a server that stops ends the requests that wait", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const worker = workerOf(server);
  const waiting = worker.lease({ waitMs: 60_000 });
  // Requests of one client come one after another: when this is answered the other waits.
  await worker.lease();
  const stopped = server.serving.stop();
  const answer = await waiting.catch(() => null);
  assert.ok(answer === null || answer.body.tasks.length === 0);
  await stopped;
});

test("what does not fit, is not there or is not allowed is refused with its status", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const worker = workerOf(server);
  const viewer = workerOf(server, server.tokenOf("cid", "viewer"));
  await server.launch("plain", { image: "a.pnm" });
  const { id, lease } = await worker.next();
  const refused: readonly (readonly [Promise<Answer>, number, string])[] = [
    [viewer.lease(), 403, "not-allowed"],
    [viewer.say(id, "complete", { ...lease, value: CELL }), 403, "not-allowed"],
    [viewer.say(id, "put-back", undefined), 403, "not-allowed"],
    [worker.lease({ topics: [] }), 422, "request-not-valid"],
    [worker.lease({ lastsMs: 5 }), 422, "external-request-not-valid"],
    [worker.lease({ waitMs: 3_600_000 }), 422, "request-not-valid"],
    [worker.say(id, "heartbeat", { token: "lease_other" }), 409, "lease-not-held"],
    [worker.say("0190a000", "heartbeat", lease), 404, "external-task-not-found"],
    [worker.say(id, "put-back", undefined), 409, "external-task-not-aside"],
    [worker.say(id, "heartbeat", { ...lease, progress: 7 }), 422, "request-not-valid"],
  ];
  for (const [asked, status, code] of refused) assert.deepEqual(codeOf(await asked), [status, code]);
});
