import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Lineage } from "@ligase/engine";
import { waitingRun } from "../testing/waiting-run.ts";

const FLOW = `import { approve, file, map, out, script, sh, task, workflow, z } from "ligase";
const copy = script({ name: "copy", input: { reads: file() }, output: { made: out.file("made.txt", { publish: "results/" }) }, command: ({ reads }, o) => sh\`cat \${reads} > \${o.made}; echo made >> \${o.made}\` });
const rate = task({ name: "rate", input: { id: z.string() }, output: z.object({ id: z.string(), x: z.number() }), light: true }, ({ id }) => ({ id, x: 1 }));
const sum = task({ name: "sum", input: { rates: z.array(z.object({ id: z.string(), x: z.number() })), page: file() }, output: z.number(), light: true }, ({ rates }) => rates.length);
export const flow = workflow({ name: "flow", input: { reads: file(), ids: z.array(z.string()) } }, ({ reads, ids }) => {
  const page = copy({ reads }).made;
  return sum({ rates: approve(map(ids, (id) => rate({ id })), { name: "qc", show: [page] }), page });
});
`;

const files = { "flow.ts": FLOW, "reads.txt": "ACGT\n" };
const inputs = ["--reads", "reads.txt", "--ids", "S1", "S2"] as const;

test("lineage is a tree of calls, gates with who decided, and inputs with who launched; upwards and downwards", async (t) => {
  const { ligase, id } = await waitingRun(t, files, ...inputs);
  assert.equal((await ligase.run("approve", id, "qc", "-m", "fine")).code, 0);
  assert.equal((await ligase.run("resume", id)).code, 0);
  const { out } = await ligase.run("lineage", id, "sum");
  assert.match(out, /^sum #\d+ {2}run \S+\n/);
  assert.match(out, /[├└]─ gate qc, approved by \S+: fine {2}\.rates\n/);
  assert.match(
    out,
    /[├└]─ copy #\d+ {2}\.page ← \.made\n[ │]+└─ input of run \S+, launched by \S+ {2}\.reads ← \.reads\n/,
  );
  assert.match(out, /[ │]+[├└]─ rate #\d+ {2}/);

  const down = await ligase.run("lineage", id, "copy", "--down");
  assert.match(down.out, /^copy #\d+ [^\n]*\n[^]*[├└]─ sum #\d+ {2}\.page ← \.made/);

  const few = await ligase.run("lineage", id, "sum", "--limit", "2");
  assert.match(few.out, /… there is more than 2 calls/);
  const graph = JSON.parse((await ligase.run("lineage", id, "sum", "--json")).out) as Lineage;
  assert.deepEqual([...new Set(graph.nodes.map(({ kind }) => kind))].toSorted(), ["call", "gate", "input"]);
  const mermaid = (await ligase.run("lineage", id, "sum", "--mermaid")).out;
  assert.match(mermaid, /^flowchart TD\n {2}n0\["sum #35;\d+"\]\n/);
  assert.match(mermaid, /\n {2}n\d+ -->\|"\.rates"\| n0\n/);
  const several = await ligase.run("lineage", id, "rate");
  assert.match(several.err, /more than one job of rate: \d+, \d+/);
});

test("a file leads to the job that made its content, or else to one that made a file of its name", async (t) => {
  const { ligase, id } = await waitingRun(t, files, ...inputs);
  const made = await ligase.run("lineage", "results/made.txt");
  assert.match(
    made.out,
    new RegExp(`^results/made\\.txt was made by copy #\\d+ of run ${id.slice(0, 13)}\n`),
  );
  assert.match(made.out, /└─ input of run/);
  appendFileSync(join(ligase.folder, "results/made.txt"), "more\n");
  const changed = await ligase.run("lineage", "results/made.txt");
  assert.match(
    changed.out,
    /^a file with the (place|name) of results\/made\.txt, but not its content, was made by copy/,
  );
  const given = await ligase.run("lineage", "reads.txt");
  assert.match(
    given.out,
    /^no recorded job made reads\.txt; the newest that was given reads\.txt is \w+ #\d+/,
  );
  const unknown = await ligase.run("lineage", "nothing.txt");
  assert.deepEqual([unknown.code, /docs\/errors\.md#file-not-recorded/.test(unknown.err)], [2, true]);
});

test("search finds jobs by text, number and file, page by page", async (t) => {
  const { ligase } = await waitingRun(t, files, ...inputs);
  assert.match(
    (await ligase.run("search", "S2")).out,
    /^found as a text\njob +run\nrate #\d+ +\S+ +was given it\n/,
  );
  const file = await ligase.run("search", "results/made.txt");
  assert.match(file.out, /^found by its content\n[^]*copy #\d+ +\S+ +made it\n/);
  assert.match((await ligase.run("search", "S3")).out, /^No recorded job was given S3 or made it\.\n$/);
  const first = await ligase.run("search", "reads.txt", "--limit", "1");
  const next =
    /more: ligase (search \S+ --limit 1 --before \d+)\n$/.exec(first.out)?.[1] ?? assert.fail(first.out);
  const second = await ligase.run(...next.split(" "));
  assert.equal(second.code, 0, second.err);
  assert.notEqual(second.out, first.out);
});
