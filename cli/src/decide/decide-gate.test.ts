import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { GateRecord } from "@ligase/engine";
import { waitingRun, type WaitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { after, approve, map, waitForInput, workflow, z } from "ligase";
export const flow = workflow({ name: "flow", input: { table: z.array(z.object({ id: z.string(), keep: z.boolean() })).default([{ id: "a", keep: true }]) } }, ({ table }) => ({
  both: approve(1, { name: "both", quorum: 2 }),
  theirs: approve(2, { name: "theirs", notLauncher: true }),
  table: approve(table, { name: "table", editable: true }),
  later: after(approve(3, { name: "first" }), () => waitForInput(z.int(), { name: "later" })),
}));
`;

const gatesOf = async ({ ligase, id }: WaitingRun): Promise<readonly GateRecord[]> =>
  (JSON.parse((await ligase.run("show", id, "--json")).out) as { readonly gates: readonly GateRecord[] })
    .gates;

test("a decision tells what came of it: a vote of two, closed, kept, or refused with the reason", async (t) => {
  const run = await waitingRun(t, { "flow.ts": FLOW });
  const { ligase, id, withEngine } = run;
  const vote = await ligase.run("approve", id, "both", "-m", "fine");
  assert.match(vote.out, /^✓ flow\/both approved: 1 of 2 votes; it waits for somebody else\n/);
  const shown = await ligase.run("show", id);
  assert.match(shown.out, /◆ both[^]*1 of 2 votes: \S+ approved\n[^]*content [\w-]{8}\n/);
  await withEngine((engine) => engine.decide({ run: id, gate: "both", outcome: "approved", by: "ana" }));
  assert.match(
    (await ligase.run("show", id)).out,
    /◆ both approved by ana \(2 of 2 votes\)\n +\S+ approved: fine/,
  );

  const refused = await ligase.run("approve", id, "theirs");
  assert.equal(refused.code, 2);
  assert.match(refused.err, /may not decide the gate "flow\/theirs": they launched the run/);

  const early = await ligase.run("signal", id, "later", "4", "--json");
  const { kept, outcome } = JSON.parse(early.out) as Record<string, unknown>;
  assert.deepEqual([early.code, kept, outcome], [0, true, "answered"]);
});

test("a decision on what was looked at is refused when the gate shows something else, and the gate stays open", async (t) => {
  const run = await waitingRun(t, { "flow.ts": FLOW });
  const { ligase, id } = run;
  const gate = (await gatesOf(run)).find(({ name }) => name === "first");
  const seen = (gate?.contentHash ?? "").slice(2, 10);
  const other = await ligase.run("approve", id, "first", "--seen", "another-hash");
  assert.equal(other.code, 2);
  assert.match(other.err, /What the gate "flow\/after\/first|What the gate "flow\/first/);
  assert.match(other.err, /docs\/errors\.md#content-changed/);
  const same = await ligase.run("approve", id, "first", "--seen", seen);
  assert.equal(same.code, 0, same.err);
  const closed = (await gatesOf(run)).find(({ name }) => name === "first");
  assert.deepEqual([closed?.status, closed?.decision?.contentHash], ["resolved", gate?.contentHash]);
});

test("an edited value goes with the approval where the gate allows it, from the command line or a file", async (t) => {
  const run = await waitingRun(t, { "flow.ts": FLOW, "edited.json": '[{ "id": "a", "keep": false }]' });
  const { ligase, id } = run;
  const wrong = await ligase.run("approve", id, "table", "--value", '[{ "id": "a", "keep": "maybe" }]');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /\[0\]\.keep/);
  assert.match((await ligase.run("approve", id, "table", "--value", "[{")).err, /value-unreadable/);
  assert.match((await ligase.run("approve", id, "first", "--value", "4")).err, /gate-not-editable/);
  const sent = await ligase.run("approve", id, "table", "--value", "@edited.json");
  assert.equal(sent.code, 0, sent.err);
  const table = (await gatesOf(run)).find(({ name }) => name === "table");
  assert.deepEqual(table?.decision?.value, [{ id: "a", keep: false }]);
});

const SHEET = `import { file, out, script, sh, waitForInput, workflow } from "ligase";
const count = script({ name: "count", input: { sheet: file() }, output: out.stdout(), command: ({ sheet }) => sh\`wc -l < \${sheet}\` });
export const flow = workflow({ name: "flow" }, () => count({ sheet: waitForInput(file(), { name: "sheet" }) }));
`;

test("a file that is given as an answer counts as it was then", async (t) => {
  const { ligase, id } = await waitingRun(t, { "flow.ts": SHEET, "sheet.txt": "a\nb\n" });
  const missing = await ligase.run("signal", id, "sheet", "other.txt");
  assert.deepEqual([missing.code, /other\.txt/.test(missing.err)], [2, true], missing.err);
  const given = await ligase.run("signal", id, "sheet", "sheet.txt");
  assert.equal(given.code, 0, given.err);
  writeFileSync(join(ligase.folder, "sheet.txt"), "another\n");
  const { code, out, err } = await ligase.run("resume", id, "--json");
  assert.equal(code, 0, err + out);
  const { value } = JSON.parse(out.trim().split("\n").at(-1) ?? "") as { readonly value: string };
  assert.equal(value.trim(), "2");
});
