import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { test } from "node:test";
import { waitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { approve, workflow } from "ligase";
export const flow = workflow({ name: "flow" }, () => approve(1, { name: "qc", quorum: 2 }));
`;

test("the audit tells who did what, exports the decisions in clear, and notices what was changed in the store", async (t) => {
  const { ligase, id, withEngine } = await waitingRun(t, { "flow.ts": FLOW });
  await withEngine((engine) => {
    engine.decide({ run: id, gate: "qc", outcome: "approved", by: "ana", comment: "fine" });
    assert.throws(() => engine.decide({ run: id, gate: "qc", outcome: "rejected", by: "ana" }));
    engine.decide({ run: id, gate: "qc", outcome: "approved", by: "ben" });
  });
  const { out, code } = await ligase.run("audit", id);
  assert.equal(code, 0);
  assert.match(out, /1 {2}\S+ \S+ {2}— +gate opened +flow\/qc +content [\w-]{8}\n/);
  assert.match(out, /2 {2}\S+ \S+ {2}ana +voted +flow\/qc +approved: fine {2}content/);
  assert.match(out, /3 {2}\S+ \S+ {2}ana +refused +flow\/qc +rejected {2}\(vote-given\)\n/);
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
