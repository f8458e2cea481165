import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  add,
  after,
  approve,
  catchError,
  file,
  map,
  review,
  task,
  waitForInput,
  workflow,
  z,
} from "@ligase/sdk";
import type { Decision, RunHandle } from "@ligase/engine";
import { verifyAudit } from "../src/inspect/verify-audit.ts";
import { firstBroken } from "../src/model/audit.ts";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";

/* Who may decide, how many must, and what time does: the policy of a gate (design section 4, C20, C23). */

const FILE = import.meta.filename;
const MINUTE_MS = 60_000;

const code = (thrown: string) => ({ code: thrown });
const says = (run: RunHandle, by: string, more: Partial<Decision> = {}): Decision => {
  return { run: run.id, gate: "qc", outcome: "approved", by, ...more };
};

const two = workflow({ name: "two" }, () => add(approve(1, { name: "qc", quorum: 2 }), 1));

test("(42) a quorum of two closes with the second voter, once, and not with the same voter twice", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(two);
  await rig.gates(run);
  const first = rig.engine.decide(says(run, "ana"));
  assert.equal(first === "kept" ? first : first.status, "open", "one of two");
  rig.engine.decide(says(run, "ana"));
  assert.equal(rig.engine.inspect.gates(run.id)[0]?.status, "open", "the same vote again is no second one");
  rig.engine.decide(says(run, "ben"));
  assert.equal(valueOf(await run.ended), 2);
  assert.deepEqual(
    rig.engine.inspect.votes(run.id, "qc").map(({ by }) => by),
    ["ana", "ben"],
  );
  assert.throws(
    () => rig.engine.decide(says(run, "cid", { outcome: "rejected" })),
    code("gate-already-resolved"),
  );
});

test("one rejection rejects, whatever was voted before", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(two);
  await rig.gates(run);
  rig.engine.decide(says(run, "ana"));
  rig.engine.decide(says(run, "ben", { outcome: "rejected", comment: "too few reads" }));
  const { status, error } = await run.ended;
  assert.deepEqual(
    [status, error?.kind, error?.message],
    ["failed", "rejected", 'ben rejected "qc": too few reads'],
  );
});

const agreed = workflow({ name: "agreed" }, () => waitForInput(z.number(), { name: "qc", quorum: 2 }));

test("of answers, as many must be equal as the quorum asks for", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(agreed);
  await rig.gates(run);
  const answer = (by: string, value: number): unknown =>
    rig.engine.decide(says(run, by, { outcome: "answered", value }));
  answer("ana", 3);
  answer("ben", 4);
  assert.equal(rig.engine.inspect.gates(run.id)[0]?.status, "open");
  answer("cid", 4);
  assert.equal(valueOf(await run.ended), 4);
});

const named = workflow({ name: "named" }, () =>
  approve(1, { name: "qc", decidedBy: { users: ["ana"], roles: ["admin"] }, notLauncher: true }),
);

test("only those whom the policy names may decide, and not the one who launched; who was refused is kept", async () => {
  await using rig = new EngineRig(FILE, { user: "ana" });
  const run = await rig.launch(named);
  await rig.gates(run);
  const refused = code("decision-not-allowed");
  assert.throws(() => rig.engine.decide(says(run, "ana")), refused, "she launched it");
  assert.throws(() => rig.engine.decide(says(run, "ben", { roles: ["approver"] })), refused, "is not named");
  assert.throws(() => rig.engine.decide(says(run, "cid", { roles: ["viewer"] })), refused, "may only look");
  assert.throws(() => rig.engine.decide(says(run, " ")), code("decision-anonymous"));
  assert.equal(rig.engine.inspect.gates(run.id)[0]?.status, "open");
  rig.engine.decide(says(run, "dan", { roles: ["operator", "admin"] }));
  assert.equal(valueOf(await run.ended), 1);
  const refusals = rig.engine.inspect.audit(run.id).filter(({ action }) => action === "refused");
  assert.deepEqual(
    refusals.map(({ actor }) => actor),
    ["ana", "ben", "cid"],
  );
});

const later = workflow({ name: "later" }, () =>
  after(waitForInput(z.number(), { name: "start" }), () => named({})),
);

test("(41) C24: a decision that comes early is refused if its maker may not decide the gate", async () => {
  await using rig = new EngineRig(FILE, { user: "ana" });
  const run = await rig.launch(later);
  await rig.gates(run);
  assert.throws(() => rig.engine.decide(says(run, "ana")), code("decision-not-allowed"));
  assert.throws(
    () => rig.engine.decide(says(run, "cid", { roles: ["viewer"] })),
    code("decision-not-allowed"),
  );
  assert.equal(rig.engine.decide(says(run, "dan", { roles: ["admin"] })), "kept");
  rig.engine.decide(says(run, "ana", { gate: "start", outcome: "answered", value: 1 }));
  assert.equal(valueOf(await run.ended), 1);
});

const escalated = workflow({ name: "escalated" }, () =>
  approve(1, {
    name: "qc",
    timeout: "10m",
    remind: ["2m", "5m"],
    decidedBy: { users: ["ana"] },
    escalate: { to: { users: ["ben"] }, timeout: "1h" },
  }),
);

test("(45) who may decide is reminded in time, then others may decide, then the gate expires", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(escalated);
  const told: string[] = [];
  run.subscribe(({ kind }) => kind.startsWith("gate-") && told.push(kind));
  const next = async (minutes: number, kind: string): Promise<void> => {
    const before = told.length;
    await rig.pass(minutes * MINUTE_MS);
    while (told.length === before) await nextTurn();
    assert.equal(told.at(-1), kind);
  };
  await rig.gates(run);
  await next(5, "gate-reminded");
  await next(3, "gate-reminded");
  assert.throws(() => rig.engine.decide(says(run, "ben")), code("decision-not-allowed"));
  await next(2, "gate-escalated");
  const gate = rig.engine.inspect.gates(run.id)[0];
  assert.deepEqual([gate?.isEscalated, gate?.deciders?.users], [true, ["ana", "ben"]]);
  await next(55, "gate-reminded");
  await next(3, "gate-reminded");
  await next(2, "gate-closed");
  assert.equal((await run.ended).error?.kind, "expired");
  assert.deepEqual(
    rig.engine.inspect.audit(run.id).map(({ action }) => action),
    ["gate-opened", "reminded", "reminded", "refused", "escalated", "reminded", "reminded", "gate-closed"],
  );
});

test("(45) after the escalation the other one decides", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(escalated);
  await rig.gates(run);
  const told: string[] = [];
  run.subscribe(({ kind }) => told.push(kind));
  for (const minutes of [5, 3, 2]) await rig.pass(minutes * MINUTE_MS);
  while (!told.includes("gate-escalated")) await nextTurn();
  rig.engine.decide(says(run, "ben"));
  assert.equal(valueOf(await run.ended), 1);
});

const edited = workflow(
  { name: "edited", input: { table: z.array(z.object({ id: z.string(), keep: z.boolean() })) } },
  ({ table }) => approve(table, { name: "qc", editable: true }),
);
const TABLE = [
  { id: "a", keep: true },
  { id: "b", keep: true },
];

test("whoever approves may edit the value where the gate allows it, and the run goes on with the edited one", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(edited, { table: TABLE });
  await rig.gates(run);
  const wrong = says(run, "ana", { value: [{ id: "a", keep: "maybe" }] });
  assert.throws(
    () => rig.engine.decide(wrong),
    (error: Error) => /\[0\]\.keep/.test(error.message),
  );
  rig.engine.decide(
    says(run, "ana", {
      value: [
        { id: "a", keep: true },
        { id: "b", keep: false },
      ],
    }),
  );
  assert.deepEqual(valueOf(await run.ended), [
    { id: "a", keep: true },
    { id: "b", keep: false },
  ]);
});

test("approved without an edit, the value is passed on as it was shown", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(edited, { table: TABLE });
  await rig.gates(run);
  rig.engine.decide(says(run, "ana"));
  assert.deepEqual(valueOf(await run.ended), TABLE);
});

test("(49) C23: a decision made on other content is refused, and the gate stays open", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(two);
  const [gate] = await rig.gates(run);
  assert.throws(
    () => rig.engine.decide(says(run, "ana", { contentHash: "1:other" })),
    code("content-changed"),
  );
  rig.engine.decide(says(run, "ana", { contentHash: gate?.contentHash ?? "" }));
  rig.engine.decide(says(run, "ben"));
  assert.equal(valueOf(await run.ended), 2);
});

const kept = workflow({ name: "kept" }, () =>
  approve("report", { name: "qc", reuse: "same-content", notLauncher: true }),
);

test("(49) C23: a kept decision is asked anew when its maker might not decide for the new launcher", async () => {
  await using rig = new EngineRig(FILE, { user: "ben" });
  const first = await rig.launch(kept);
  await rig.gates(first);
  rig.engine.decide(says(first, "ana"));
  await first.ended;
  rig.clock.advance(MINUTE_MS);
  assert.equal(valueOf(await (await rig.launch(kept)).ended), "report", "it holds for ben");
  await using other = new EngineRig(FILE, { user: "ana", root: rig.root });
  const again = await other.launch(kept);
  const [gate] = await other.gates(again);
  assert.equal(gate?.status, "open", "ana may not approve her own run");
  again.cancel();
  await again.ended;
});

test("(49) C23: a kept decision is asked anew when its maker has no longer the role, or is disabled", async () => {
  await using rig = new EngineRig(FILE, { user: "ben" });
  const { people } = rig.engine;
  const host = { name: "ben" };
  people.putUser("ana", "approver", host);
  const first = await rig.launch(kept);
  await rig.gates(first);
  rig.engine.decide(says(first, "ana", { roles: ["approver"] }));
  await first.ended;
  const isAskedAnew = async (): Promise<boolean> => {
    rig.clock.advance(MINUTE_MS);
    const run = await rig.launch(kept);
    const isAsked = await rig.gates(run).then(
      () => true,
      () => false,
    );
    if (isAsked) run.cancel();
    assert.equal((await run.ended).status, isAsked ? "cancelled" : "succeeded");
    return isAsked;
  };
  assert.equal(await isAskedAnew(), false, "she is an approver still");
  people.putUser("ana", "operator", host);
  assert.equal(await isAskedAnew(), true, "she is an operator now");
  for (const name of ["ana", "dan"]) people.putUser(name, "admin", host);
  assert.equal(await isAskedAnew(), false, "she may decide again");
  people.disable("ana", host);
  assert.equal(await isAskedAnew(), true, "she is disabled");
});

test("(41) C24: a decision that came early does not count when its maker may not decide any more", async () => {
  await using rig = new EngineRig(FILE, { user: "ben" });
  const { people } = rig.engine;
  const host = { name: "ben" };
  for (const name of ["ana", "dan"]) people.putUser(name, "admin", host);
  const run = await rig.launch(later);
  await rig.gates(run);
  for (const by of ["ana", "dan"])
    assert.equal(rig.engine.decide(says(run, by, { roles: ["admin"] })), "kept");
  people.putUser("ana", "viewer", host);
  rig.engine.decide(says(run, "ben", { gate: "start", outcome: "answered", value: 1 }));
  assert.equal(valueOf(await run.ended), 1);
  assert.deepEqual(
    rig.engine.inspect.votes(run.id, "qc").map(({ by }) => by),
    ["dan"],
  );
  const { inspect } = rig.engine;
  assert.equal(verifyAudit(inspect.audit(run.id), inspect.signals(run.id)).holds, true);
});

const shows = workflow({ name: "shows", input: { report: file() } }, ({ report }) =>
  approve("data", { name: "qc", show: [{ report }] }),
);

test("(49) C23: what a gate shows is kept as it was, whatever becomes of the file it was taken from", async () => {
  await using rig = new EngineRig(FILE);
  const path = join(rig.root, "report.html");
  writeFileSync(path, "good");
  const run = await rig.launch(shows, { report: path });
  const [gate] = await rig.gates(run);
  writeFileSync(path, "bad");
  const [shown] = (gate?.evidence ?? []) as { report: { uri: string } }[];
  assert.equal(readFileSync(fileURLToPath(shown?.report.uri ?? ""), "utf8"), "good");
  run.cancel();
  await run.ended;
});

const asks = task({ name: "asks", input: { x: z.number() }, light: true }, () =>
  approve("asked", { name: "qc" }),
);
const callerA = workflow({ name: "caller-a" }, () => asks({ x: 1 }));
const callerB = workflow({ name: "caller-b" }, () => asks({ x: 1 }));
const both = workflow({ name: "both" }, () => [callerA({}), callerB({}), review("x", { name: "other" })]);

test("(43a) C21: a gate that two equal calls share is one, and is listed under both callers", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(both);
  await rig.gates(run, 2);
  const gate = rig.engine.inspect.gates(run.id).filter(({ name }) => name === "qc");
  assert.equal(gate.length, 1);
  rig.engine.decide(says(run, "ana"));
  rig.engine.decide(says(run, "ana", { gate: "other" }));
  assert.equal((await run.ended).status, "succeeded");
  const callers = gate[0]?.callers.map((number) => rig.engine.inspect.job(run.id, number).task);
  assert.deepEqual(callers?.toSorted(), ["caller-a", "caller-b"]);
});

test("what people and time did is one chain per run: whatever is changed in it shows", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(
    workflow({ name: "chain" }, () =>
      map([1, 2], (n) => catchError(() => approve(n, { name: "qc" }), { rejected: () => 0 })),
    ),
  );
  await rig.gates(run, 2);
  const [one, other] = rig.engine.inspect.gates(run.id);
  rig.engine.decide(says(run, "ana", { gate: one?.path ?? "", outcome: "rejected", comment: "no" }));
  rig.engine.decide(says(run, "ben", { gate: other?.path ?? "" }));
  await run.ended;
  const entries = rig.engine.inspect.audit(run.id);
  assert.equal(entries.length, 6);
  assert.equal(firstBroken(entries), null);
  for (const [index, entry] of entries.entries()) {
    const changed = { ...entry, actor: "mallory" };
    assert.equal(firstBroken(entries.with(index, changed)), index + 1);
    if (index > 0) assert.equal(firstBroken(entries.toSpliced(index - 1, 1)), index);
  }
});
