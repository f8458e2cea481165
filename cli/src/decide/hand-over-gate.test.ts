import assert from "node:assert/strict";
import { test } from "node:test";
import { waitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { approve, signal, waitForInput, workflow, z } from "ligase";
export const flow = workflow({ name: "flow", input: { depth: signal(z.int()), ids: signal(z.array(z.string())).describe("Which ones?") } }, ({ depth, ids }) => ({
  qc: approve(1, { name: "qc", decidedBy: { users: ["ana"] } }),
  both: [depth, ids],
  note: waitForInput(z.string(), { name: "note" }),
}));
`;

test("a gate is handed over with a reason, and show, inbox and audit tell so", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  const handed = await ligase.run(
    "hand-over",
    id,
    "qc",
    "--to",
    "ben",
    "--to",
    "cid",
    "--to-role",
    "admin",
    "-m",
    "I am away",
  );
  assert.equal(handed.code, 0, handed.err);
  assert.equal(handed.out, "✓ flow/qc is now to be decided by ben, cid or an admin\n");
  const told = /to be decided by ben, cid or an admin\n +handed over by \S+: I am away\n/;
  assert.match((await ligase.run("show", id)).out, told);
  assert.match((await ligase.run("inbox")).out, told);
  const refused = await ligase.run("approve", id, "qc");
  assert.deepEqual([refused.code, /handed it over/.test(refused.err)], [2, true]);
  await withEngine((engine) => engine.decide({ run: id, gate: "qc", outcome: "approved", by: "ben" }));
  const late = await ligase.run("hand-over", id, "qc", "--to", "ana");
  assert.deepEqual([late.code, /gate-not-open/.test(late.err)], [2, true]);
  const audit = await ligase.run("audit", id);
  assert.match(audit.out, /handed over +flow\/qc +to ben, cid or an admin: I am away\n/);
  assert.match(audit.out, /✓ the record holds/);
});

test("a hand-over to nobody is refused", async (t) => {
  const { ligase, id } = await waitingRun(t, { "flow.ts": FLOW });
  const { code, err } = await ligase.run("hand-over", id, "qc");
  assert.equal(code, 2);
  assert.match(err, /nobody is named[^]*hand-over-not-valid/);
});

test("inputs that come later are signalled by name, several at once, of which all count or none", async (t) => {
  const { ligase, id } = await waitingRun(t, { "flow.ts": FLOW });
  assert.match((await ligase.run("show", id)).out, /◆ ids +Which ones\?/);
  const wrong = await ligase.run("signal", id, "note=fine", "depth=deep");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /depth/);
  const missing = await ligase.run("signal", id, "depth");
  assert.match(missing.err, /needs VALUE/);
  const more = await ligase.run("signal", id, "depth", "1", "2");
  assert.match(more.err, /cannot do anything with "2"/);
  const sent = await ligase.run("signal", id, "depth=30", 'ids=["a=b"]', "note=x=1", "-m", "as agreed");
  assert.equal(sent.code, 0, sent.err);
  assert.match(sent.out, /^✓ flow\/depth answered\n✓ flow\/ids answered\n✓ flow\/note answered\n/);
  await ligase.run("reject", id, "qc");
  const { gates } = JSON.parse((await ligase.run("show", id, "--json")).out) as {
    readonly gates: readonly {
      readonly name: string;
      readonly decision: { readonly value: unknown } | null;
    }[];
  };
  const valueOf = (name: string): unknown => gates.find((gate) => gate.name === name)?.decision?.value;
  assert.deepEqual([valueOf("depth"), valueOf("ids"), valueOf("note")], [30, ["a=b"], "x=1"]);
});

test("a run is launched without the inputs that come later, and its help says that they may", async (t) => {
  const { ligase } = await waitingRun(t, { "flow.ts": FLOW });
  const help = await ligase.run("run", "flow.ts", "flow", "--help");
  assert.match(help.out, /--depth +integer +\(may come later, by ligase signal\)/);
  const given = await ligase.run(
    "run",
    "flow.ts",
    "flow",
    "--depth",
    "3",
    "--ids",
    "a",
    "--no-wait",
    "--json",
  );
  assert.equal(given.code, 0, given.err);
  const items = JSON.parse((await ligase.run("inbox", "--json")).out) as readonly {
    readonly run: string;
    readonly name: string;
  }[];
  const awaited = items.filter(({ run }) => given.out.includes(run)).map(({ name }) => name);
  assert.deepEqual(
    awaited.toSorted((a, b) => (a < b ? -1 : 1)),
    ["note", "qc"],
  );
});
