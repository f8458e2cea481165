import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { openEngine } from "@ligase/engine";
import { Topic } from "../event-topic.ts";
import type { SentEvent } from "../testing/event-source.ts";
import { TestServer } from "../testing/test-server.ts";

const FLOW = fileURLToPath(new URL("../testing/flow.fixture.ts", import.meta.url));

test("a run's stream tells where it stands, what its jobs do, and its end", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("checked", { n: 4 });
  await server.openGate(run);
  await using source = await server.events(`/runs/${run}/stream`);
  const first = await source.next();
  assert.deepEqual(
    [first?.type, (first?.data as { status: string } | undefined)?.status],
    ["state", "waiting"],
  );
  await server.ask("POST", `/runs/${run}/gates/quality/decision`, { body: { outcome: "approved" } });
  const seen: SentEvent[] = [];
  for (let event = await source.next(); event !== null; event = await source.next()) seen.push(event);
  assert.equal(seen.at(-1)?.type, "end");
  const states = seen
    .filter(({ type }) => type === "state")
    .map(({ data }) => (data as { status: string }).status);
  assert.equal(states.at(-1), "succeeded");
  const jobs = seen
    .filter(({ type }) => type === "job")
    .map(({ data }) => data as { kind: string; task: string });
  assert.ok(jobs.some(({ kind, task }) => kind === "job-ended" && task === "double"));
  assert.ok(jobs.every((job) => !("folder" in job)));
});

test("a client that comes back gets what it missed, once and in order; one that was away too long begins anew", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const before = await server.events("/inbox/stream");
  const state = await before.next();
  assert.deepEqual([state?.type, state?.data], ["state", { gates: [], more: false }]);
  await before[Symbol.asyncDispose]();

  const run = await server.launch("checked");
  const gate = await server.openGate(run);
  await server.ask("POST", `/runs/${run}/gates/${gate}/decision`, { body: { outcome: "approved" } });
  const other = await server.launch("checked", { n: 2 });
  const second = await server.openGate(other);

  await using after = await server.events("/inbox/stream", state?.id);
  const opened = await after.next();
  assert.deepEqual([opened?.type, (opened?.data as { id: string } | undefined)?.id], ["opened", second]);
  await server.ask("POST", `/runs/${other}/gates/${second}/decision`, { body: { outcome: "rejected" } });
  const closed = await after.next();
  assert.deepEqual([closed?.type, closed?.data], ["closed", { id: second, run: other }]);

  await using anew = await server.events("/inbox/stream", "0123456789ab-3");
  assert.deepEqual([(await anew.next())?.type, (await anew.next())?.type], ["reset", "state"]);
  await using nonsense = await server.events("/inbox/stream", "\u00ff-x");
  assert.equal((await nonsense.next())?.type, "reset");
});

test("gates behind the first page come and go in the stream as all others do", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const ids = Array.from({ length: 230 }, (_, n) => `lane ${n}`);
  const run = await server.launch("lanes", { ids });
  await server.until(run, ({ openGates }) => openGates.length === ids.length);
  await using source = await server.events("/inbox/stream");
  const state = (await source.next())?.data as { gates: readonly { id: string }[]; more: boolean };
  assert.deepEqual([state.gates.length, state.more], [200, true]);
  const rest = (await server.ask("GET", "/inbox?offset=200")).body.gates.map(({ id }) => id);
  assert.equal(new Set([...state.gates.map(({ id }) => id), ...rest]).size, ids.length);

  const last = rest.at(-1) ?? "";
  await server.ask("POST", `/runs/${run}/gates/${last}/decision`, { body: { outcome: "approved" } });
  const closed = await source.next();
  assert.deepEqual([closed?.type, closed?.data], ["closed", { id: last, run }]);
  const other = await server.launch("careful");
  const opened = await source.next();
  const id = await server.openGate(other);
  assert.deepEqual([opened?.type, (opened?.data as { id: string } | undefined)?.id], ["opened", id]);
  const vote = { outcome: "approved", comment: "fine" };
  const ana = server.tokenOf("ana", "approver");
  await server.ask("POST", `/runs/${other}/gates/${id}/decision`, { body: vote, token: ana });
  const changed = await source.next();
  const { votes = [] } = (changed?.data ?? {}) as { readonly votes?: readonly { by: string }[] };
  assert.deepEqual([changed?.type, votes.map(({ by }) => by)], ["changed", ["ana"]]);
});

test("a topic keeps so many events; an id before them has nothing that follows it", () => {
  let value = 0;
  const topic = Topic.of<number>({
    look: () => value,
    changes: (before, now) => (before === now ? [] : [{ type: "state", data: now }]),
    document: (now) => now,
    isOver: () => false,
  });
  const start = topic.position;
  for (value = 1; value <= 1_000; value++) topic.look();
  assert.equal(topic.after(start)?.length, 1_000);
  topic.tell("job", {});
  assert.equal(topic.after(start), null);
  assert.deepEqual(topic.after(topic.position), []);
  for (const id of ["", "-", "x-1", `${start}0`, topic.position.replace(/\d+$/, "9999")])
    assert.equal(topic.after(id), null);
});

test("what another process does to a run is told as well", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const run = await server.launch("checked");
  const gate = await server.openGate(run);
  await using inbox = await server.events("/inbox/stream");
  await inbox.until(({ type }) => type === "state");
  const elsewhere = openEngine({ root: server.root, user: "host" });
  elsewhere.decide({ run, gate, outcome: "approved", by: "ana" });
  await elsewhere.close();
  const closed = await inbox.until(({ type }) => type === "closed");
  assert.deepEqual(closed.data, { id: gate, run });
  await server.until(run, ({ status }) => status === "succeeded");
});

test("streams end when the server stops", async (t) => {
  const server = await TestServer.start(t, [FLOW]);
  const source = await server.events("/inbox/stream");
  await source.next();
  const ending = server.serving.stop();
  assert.equal(await source.next(), null);
  await ending;
});
