import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { test } from "node:test";
import { waitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { approve, workflow } from "ligase";
export const flow = workflow({ name: "flow" }, () =>
  approve(1, { name: "qc", quorum: 2, decidedBy: { users: ["ana", "ben", "cid"] } }));
`;

test("the audit tells who did what, exports the decisions in clear, and notices what was changed in the store", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  await withEngine((engine) => {
    engine.decide({ run: id, gate: "qc", outcome: "approved", by: "ana", comment: "fine" });
    assert.throws(() => engine.decide({ run: id, gate: "qc", outcome: "rejected", by: "eve" }));
    engine.decide({ run: id, gate: "qc", outcome: "approved", by: "ben" });
  });
  const { out, code } = await ligase.run("audit", id);
  assert.equal(code, 0);
  assert.match(out, /1 {2}\S+ \S+ {2}— +gate opened +flow\/qc +content [\w-]{8}\n/);
  assert.match(out, /2 {2}\S+ \S+ {2}ana +voted +flow\/qc +approved: fine {2}content/);
  assert.match(out, /3 {2}\S+ \S+ {2}eve +refused +flow\/qc +rejected {2}\(decision-not-allowed\)\n/);
  assert.match(
    out,
    /5 {2}\S+ \S+ {2}ben +gate closed +flow\/qc +approved\n\n✓ the record holds: 5 entries\n$/,
  );
  assert.equal((await ligase.run("audit", id, "--verify")).out, "✓ the record holds: 5 entries\n");

  const exported = JSON.parse((await ligase.run("audit", id, "--json")).out) as {
    readonly entries: readonly {
      readonly action: string;
      readonly given: { readonly comment: string } | null;
    }[];
    readonly verification: { readonly holds: boolean };
  };
  assert.equal(exported.entries[1]?.given?.comment, "fine");
  assert.equal(exported.verification.holds, true);

  const store = new DatabaseSync(join(ligase.folder, ".ligase", "store.db"));
  store.exec("UPDATE signal SET decision = replace(decision, 'fine', 'poor')");
  store.close();
  const changed = await ligase.run("audit", id, "--verify");
  assert.equal(changed.code, 1);
  assert.equal(
    changed.out,
    "✗ the record does not hold (5 entries)\n  decisions stored otherwise than recorded: entry 2\n",
  );
});

test("an exported audit is verified without the store, and what was changed in it shows", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  await withEngine((engine) => {
    engine.decide({ run: id, gate: "qc", outcome: "approved", by: "ana", comment: "fine" });
    engine.handOver({ run: id, gate: "qc", to: { users: ["ben"] }, by: "cid", comment: "I am away" });
  });
  const exported = (await ligase.run("audit", id, "--json")).out;
  ligase.write({ "audit.json": exported });
  const elsewhere = ["audit.json", "--root", "nowhere"] as const;
  const shown = await ligase.run("audit", ...elsewhere);
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /ana +voted +flow\/qc +approved: fine/);
  assert.match(shown.out, /cid +handed over +flow\/qc +to ben: I am away/);
  for (const [before, after, told] of [
    ["fine", "poor", /decisions stored otherwise than recorded: entry 2/],
    ['"actor":"ana"', '"actor":"eve"', /entry 2 does not follow/],
    ["I am away", "I am not", /decisions stored otherwise than recorded: entry 3/],
  ] as const) {
    ligase.write({ "audit.json": exported.replaceAll(before, after) });
    const changed = await ligase.run("audit", ...elsewhere, "--verify");
    assert.equal(changed.code, 1);
    assert.match(changed.out, told);
  }
  ligase.write({ "audit.json": '{ "run": 1 }' });
  const wrong = await ligase.run("audit", "audit.json", "--verify");
  assert.deepEqual([wrong.code, /export-unreadable/.test(wrong.err)], [2, true]);
});
