import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Audit, Gate, GateSummary, Job, JobDetail, Run } from "@ligase/server/client";
import { type ExampleData, makeData } from "./make-data.ts";
import type { ComparisonRow } from "./model.ts";
import { neededTools } from "./testing/needed-tools.ts";
import { ServedExample } from "./testing/served-example.ts";

/* One service and one store for all tests, in their order: later runs find in the cache what earlier ones computed. */

const FLOW = join(import.meta.dirname, "workflow.ts");
const NAME = "compare-aligners";
/** The policy of the gate as it stands in the example. */
const POLICY = 'timeout: "2h",';

describe("the alignment of two samples on a service", neededTools, () => {
  let example: ServedExample;
  let data: ExampleData;
  /** A manifest of one of the samples. */
  let oneSample: string;
  let files: readonly string[];
  let first: string;

  before(async () => {
    example = new ServedExample();
    data = await makeData({ out: join(example.folder, "data") });
    oneSample = join(dirname(data.manifest), "one-sample.csv");
    const rows = readFileSync(data.manifest, "utf8").split("\n");
    writeFileSync(oneSample, rows.filter((row) => !row.startsWith("sample-a")).join("\n"));
    await example.addUser("ana", "approver");
    await example.addUser("ben", "operator");
    files = [
      FLOW,
      edited("brief", 'timeout: "1s",'),
      edited("kept", `${POLICY} reuse: "same-content", notLauncher: true,`),
    ];
    await example.start(...files);
  });
  after(() => example.close());

  /** The example with another policy of its gate, as somebody would edit it; its tasks are those of the example. */
  function edited(suffix: string, policy: string): string {
    const path = join(example.folder, `${suffix}.ts`);
    const replace = (text: string, [from, to]: readonly [string, string]): string => {
      assert.ok(text.includes(from), `${from} is in the example`);
      return text.replaceAll(from, () => to);
    };
    const changes = [
      [POLICY, policy],
      ['from "./', `from "${import.meta.dirname}/`],
      [`name: "${NAME}"`, `name: "${NAME}-${suffix}"`],
      ['name: "align-sample"', `name: "align-sample-${suffix}"`],
    ] as const;
    writeFileSync(path, changes.reduce(replace, readFileSync(FLOW, "utf8")));
    return path;
  }

  /** Launches as ben, and gives the id of the run. */
  async function launch({ manifest = data.manifest, workflow = NAME } = {}): Promise<string> {
    const args = { manifest, reference: data.reference, results: join(example.folder, "results") };
    const { status, body } = await example.as("ben").post<Run>("/runs", { workflow, args });
    assert.equal(status, 202, JSON.stringify(body));
    assert.equal(body.user, "ben");
    return body.id;
  }

  /** The gate at which a run waits, once it does. */
  async function openGate(run: string): Promise<Gate> {
    const ana = example.as("ana");
    const { openGates, error } = await ana.until(
      run,
      (state) => state.openGates.length > 0 || hasEnded(state),
    );
    assert.equal(openGates.length, 1, error?.message);
    return await ana.get<Gate>(`/runs/${run}/gates/${openGates[0]?.id}`);
  }

  const ended = (run: string) => example.as("ben").until(run, hasEnded);

  async function jobsOf(run: string): Promise<readonly Job[]> {
    return (await example.as("ben").get<{ jobs: readonly Job[] }>(`/runs/${run}/jobs?limit=1000`)).jobs;
  }

  /** What somebody says to the gate of a run over HTTP. */
  const decide = (name: string, run: string, said: object) =>
    example.as(name).post<{ readonly code?: string }>(`/runs/${run}/gates/quality/decision`, said);

  test("nobody approves before the report is there: nobody can have seen it", async () => {
    first = await launch();
    const early = await decide("ana", first, { outcome: "approved" });
    assert.deepEqual([early.status, early.body.code], [428, "evidence-not-seen"]);
    assert.ok((await jobsOf(first)).every(({ task }) => task !== "multiqc"));
  });

  test("the inbox tells who asks what, since when and until when, and the report as it was then can be read", async () => {
    const gate = await openGate(first);
    const ana = example.as("ana");
    const { gates } = await ana.get<{ gates: readonly GateSummary[] }>("/inbox");
    assert.deepEqual(
      gates.map(({ run, launcher, workflow, question, shows }) => [run, launcher, workflow, question, shows]),
      [[first, "ben", NAME, "Are these reads good enough to align?", ["quality.html"]]],
    );
    assert.equal(gate.deadlineAt, gate.openedAt + 2 * 60 * 60 * 1000);

    const { out, code } = await ana.ligase("inbox");
    assert.equal(code, 0);
    const item = new RegExp(
      `^quality +${first.slice(0, 13)} +${NAME} +approve +\\S.* +in (?:1h \\d+m|2h)`,
      "m",
    );
    assert.match(out, item);
    assert.match(out, /^ {2}Are these reads good enough to align\?\n {2}shows quality\.html$/m);

    const [report] = gate.files;
    const delivered = join(example.folder, "results/quality.html");
    const asOpened = readFileSync(delivered);
    writeFileSync(delivered, "another page");
    const bytes = await ana.bytes(report?.href ?? "");
    writeFileSync(delivered, asOpened);
    assert.ok(asOpened.equals(bytes));
    assert.equal(report?.digest, `sha256:${createHash("sha256").update(bytes).digest("hex")}`);
    assert.match(asOpened.toString(), /sample-b_R2/);
  });

  test("the operator who launched it may not approve; the approver who saw the report may, and it goes on to the end", async () => {
    const { contentHash: seen } = await openGate(first);
    const launcher = await decide("ben", first, { outcome: "approved", seen });
    assert.deepEqual([launcher.status, launcher.body.code], [403, "decision-not-allowed"]);
    assert.equal((await example.as("ben").ligase("approve", first)).code, 2);
    const unseen = await decide("ana", first, { outcome: "approved" });
    assert.deepEqual([unseen.status, unseen.body.code], [428, "content-not-named"]);
    const other = await decide("ana", first, { outcome: "approved", seen: "1:another" });
    assert.deepEqual([other.status, other.body.code], [409, "content-changed"]);
    assert.ok((await jobsOf(first)).every(({ task }) => !task.startsWith("align-")));

    const approved = await decide("ana", first, { outcome: "approved", comment: "reads look fine", seen });
    assert.equal(approved.status, 200);
    const { status, error } = await ended(first);
    assert.equal(status, "succeeded", error?.message);
    const ben = example.as("ben");
    const { value } = await ben.get<{ value: { comparison: readonly ComparisonRow[] } }>(
      `/runs/${first}/value`,
    );
    assert.deepEqual(
      value.comparison.map(({ sample, aligner }) => `${sample} ${aligner}`),
      ["sample-a", "sample-b"].flatMap((sample) =>
        ["bowtie2", "hisat2", "bwa"].map((by) => `${sample} ${by}`),
      ),
    );
    assert.ok(value.comparison.every(({ percentAligned }) => percentAligned > 97));
    const table = readFileSync(join(example.folder, "results/comparison.csv"), "utf8");
    assert.equal(table.trimEnd().split("\n").length, 1 + 6);
  });

  test("a rejection ends the run with its reason, and the audit tells who gave it", async () => {
    const run = await launch();
    await openGate(run);
    const ana = example.as("ana");
    const rejected = await ana.ligase("reject", run, "quality", "-m", "too many adapters");
    assert.equal(rejected.code, 0, rejected.err);
    const { status, error } = await ended(run);
    assert.deepEqual([status, error?.kind], ["failed", "rejected"]);
    assert.match(error?.message ?? "", /ana rejected "quality": too many adapters/);
    const { entries, verification } = await ana.get<Audit>(`/runs/${run}/audit`);
    const told = entries.map(({ action, actor, given }) => [
      action,
      actor,
      given && "comment" in given && given.comment,
    ]);
    assert.deepEqual(told.slice(1, 2), [["voted", "ana", "too many adapters"]]);
    assert.equal(verification.holds, true);
    assert.match((await ana.ligase("audit", run)).out, / ana +voted .*rejected: too many adapters/);
    const ran = (await jobsOf(run)).filter((job) => job.executor !== null && job.status === "succeeded");
    assert.deepEqual(ran, []);
  });

  test("a service that is killed while a run waits goes on with it at the next start, and repeats no job", async () => {
    const run = await launch({ manifest: oneSample });
    await openGate(run);
    const done = (await jobsOf(run)).filter(({ endedAt }) => endedAt !== null);
    // Attempts of functions leave no rows.
    const executed = done.filter(({ status, executor }) => status === "succeeded" && executor === "local");
    assert.deepEqual(
      executed.map(({ task }) => task),
      ["multiqc"],
    );
    await example.kill();

    await example.start(...files);
    const approved = await example.as("ana").ligase("approve", run.slice(0, 13), "quality");
    assert.equal(approved.code, 0, approved.err);
    const { status, error } = await ended(run);
    assert.equal(status, "succeeded", error?.message);
    const now = await jobsOf(run);
    const numbers = new Set(done.map(({ number }) => number));
    assert.deepEqual(
      now.filter(({ number }) => numbers.has(number)),
      done,
    );
    const once = new Set(["read-manifest", "merge-lanes", "fastqc", "check-quality", "trim"]);
    assert.deepEqual(
      now.filter(({ number, task }) => !numbers.has(number) && once.has(task)),
      [],
    );
    for (const { number } of executed) {
      const { attempts } = await example.as("ben").get<JobDetail>(`/runs/${run}/jobs/${number}`);
      assert.equal(attempts.length, 1);
    }
  });

  test("a gate that nobody decides in time expires, and nobody can decide it then", async () => {
    const run = await launch({ workflow: `${NAME}-brief` });
    const { status, error } = await ended(run);
    assert.deepEqual([status, error?.kind], ["failed", "expired"]);
    const ana = example.as("ana");
    const gate = await ana.get<Gate>(`/runs/${run}/gates/quality`);
    assert.deepEqual([gate.status, gate.deadlineAt], ["expired", gate.openedAt + 1000]);
    const late = await decide("ana", run, { outcome: "approved", seen: gate.contentHash });
    assert.deepEqual([late.status, late.body.code], [409, "gate-already-resolved"]);
    assert.match((await ana.ligase("audit", run)).out, /expired/);
  });

  test("where decisions are kept, an approval counts for the same report, and not for another", async () => {
    const workflow = `${NAME}-kept`;
    const run = await launch({ workflow });
    const { contentHash: seen } = await openGate(run);
    await example.addUser("ben", "approver");
    const launcher = await decide("ben", run, { outcome: "approved", seen });
    assert.deepEqual([launcher.status, launcher.body.code], [403, "decision-not-allowed"]);
    assert.equal((await decide("ana", run, { outcome: "approved", seen })).status, 200);
    assert.equal((await ended(run)).status, "succeeded");

    const same = await launch({ workflow });
    assert.equal((await ended(same)).status, "succeeded");
    const kept = await example.as("ben").get<Gate>(`/runs/${same}/gates/quality`);
    assert.deepEqual([kept.contentHash, kept.decision?.by, kept.votes], [seen, "ana", []]);

    const other = await openGate(await launch({ workflow, manifest: oneSample }));
    assert.notEqual(other.contentHash, seen);
    const page = Buffer.from(await example.as("ana").bytes(other.files[0]?.href ?? "")).toString();
    assert.match(page, /sample-b_R1/);
    assert.doesNotMatch(page, /sample-a_R1/);
  });
});

const hasEnded = ({ status }: { readonly status: string }): boolean =>
  status === "succeeded" || status === "failed" || status === "cancelled";
