import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CommandLine, ending, readUntil } from "../testing/command-line.ts";
import { launch, serving, until } from "../testing/serving.ts";

const FLOW = `import { approve, dir, file, map, out, script, sh, sheet as sheetOf, task, waitForInput, workflow, z } from "ligase";
const double = task({ name: "double", input: { n: z.int() }, output: z.int(), light: true }, ({ n }) => n * 2);
const speak = script({ name: "speak", input: { word: z.string() }, output: { said: out.stdout() },
  command: ({ word }) => sh\`echo \${word}; echo "log of \${word}" >&2\` });
const boom = task({ name: "boom", input: { n: z.int() }, output: z.int(), light: true }, ({ n }) => {
  throw new Error("bad " + n);
});
const report = task({ name: "report", input: {}, output: z.int(), light: true }, async (_, ctx) => {
  await ctx.deck("summary", "<h1>fine</h1>");
  return 1;
});
const Sample = z.object({ id: z.string(), reads: z.int() });
export const plain = workflow({ name: "plain", input: { n: z.int().describe("how many"), day: z.date().default(new Date(5)), word: z.string().default("hi") } },
  ({ n, day, word }) => ({ zoom: double({ n }), day, said: speak({ word }).said }));
export const failing = workflow({ name: "failing", input: { ns: z.array(z.int()) } }, ({ ns }) => map(ns, (n) => boom({ n })));
export const checked = workflow({ name: "checked", input: { n: z.int() } }, ({ n }) => double({ n: approve(n, { name: "quality", quorum: 1 }) }));
export const planned = workflow({ name: "planned" }, () => waitForInput(z.int(), { name: "plan" }));
export const sheet = workflow({ name: "sheet", input: { samples: sheetOf(Sample), page: file().optional() } }, ({ samples, page }) => ({ samples, page }));
export const reported = workflow({ name: "reported" }, () => report({}));
`;

/** What a person reads, without times and the address of the server. */
const withoutTimes = (text: string, url = ""): string =>
  text
    .replaceAll(` --server ${url}`, "")
    .replaceAll(/^\d\d:\d\d:\d\d /gm, "")
    .replaceAll(/(in|after) [\d.]+ ?m?s\b/g, "$1 TIME")
    .replaceAll(/[\da-f]{8}-[\da-f]{4}(-[\da-f-]+)?/g, "RUN");

test("a workflow of a server is launched by flags of its types, and told of as one that runs here", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const server = await serving(t, ligase);
  const inputs = ["plain", "--n", "4", "--day", "2026-01-02T00:00:00Z"];
  const there = await server.ligase("run", ...inputs);
  assert.equal(there.code, 0, there.err);
  const here = await ligase.run("run", "flow.ts", ...inputs, "--root", "other");
  const [end, local] = [there, here].map(({ out }) => withoutTimes(out, server.url).split("\n\n").slice(-2));
  assert.deepEqual(end, local);
  assert.match(there.out, /done {6}plain #1/);
  const told = there.out.match(/(?<= )(done|cached) +\w+ #\d/g);
  assert.equal(new Set(told).size, told?.length, "each is told once");

  const json = await server.ligase("run", "plain", "--n=5", "--word", "ho", "--json", "--tag", "a=b");
  const lines = json.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; run: string; value: unknown });
  assert.deepEqual([lines[0]?.kind, lines.at(-1)?.kind], ["run-started", "run-ended"]);
  assert.deepEqual(lines.at(-1)?.value, { day: "1970-01-01T00:00:00.005Z", said: "ho", zoom: 10 });
  const tagged = await server.ligase("runs", "--tag", "a=b", "--json");
  assert.deepEqual(
    (JSON.parse(tagged.out) as { id: string }[]).map(({ id }) => id),
    [lines[0]?.run],
  );
  const help = await server.ligase("run", "plain", "--help");
  assert.match(
    help.out,
    /ligase run --server http\S+ plain \[FLAGS\]\n[^]*--n +integer +how many \(required\)/,
  );
});

test("sheets and documents of inputs are read here, and files that they name at the server", async (t) => {
  const ligase = CommandLine.make(t, {
    "flow.ts": FLOW,
    "samples.csv": "id,reads\nS1,3\n",
    "inputs.json": '{ "page": "page.html" }',
    "page.html": "<p>",
  });
  const server = await serving(t, ligase);
  const run = ["run", "sheet", "--samples", "samples.csv", "--json"];
  const read = await server.ligase(...run, "--input", "inputs.json");
  assert.equal(read.code, 0, read.out);
  const { value } = JSON.parse(read.out.trim().split("\n").at(-1) ?? "") as {
    value: { samples: unknown; page: { path: string } };
  };
  assert.deepEqual(value.samples, [{ id: "S1", reads: 3 }]);
  assert.equal(value.page.path, join(ligase.folder, "page.html"));
  const missing = await server.ligase(...run, "--page", "none.html");
  assert.deepEqual([missing.code, /"file-not-found"/.test(missing.out)], [2, true], missing.out);
});

test("a run that fails at a server exits with 1, each failure told once; so does it when it is resumed", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const server = await serving(t, ligase);
  const failed = await server.ligase("run", "failing", "--ns", "1", "2", "--keep-going");
  assert.equal(failed.code, 1, failed.err);
  assert.deepEqual(failed.out.match(/✗ \S+ #\d+ failed: bad \d/g), [
    "✗ boom #2 failed: bad 1",
    "✗ boom #3 failed: bad 2",
  ]);
  const run = /ligase resume (\S+) --server/.exec(failed.out)?.[1] ?? "";
  const again = await server.ligase("resume", run);
  assert.deepEqual(
    [again.code, again.out.match(/✗ \S+ #\d+ failed: bad \d/g)?.length, /boom #[23]\b/.test(again.out)],
    [1, 2, false],
    again.out,
  );
});

test("gates of a run at a server are decided as here: by flags, by keys, by others, or left", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const server = await serving(t, ligase);
  const left = await server.ligase("run", "checked", "--n", "1", "--no-wait");
  assert.equal(left.code, 0, left.err);
  const [, run = ""] = /ligase approve (\S+) quality --server http\S+\n/.exec(left.out) ?? [];
  const approved = await server.ligase("run", "checked", "--n", "2", "--approve");
  assert.deepEqual([approved.code, /✓ succeeded[^]*\n {2}4\n$/.test(approved.out)], [0, true], approved.out);
  const rejected = await server.ligase("run", "checked", "--n", "3", "--reject=bad");
  assert.deepEqual([rejected.code, /rejected after/.test(rejected.out)], [1, true], rejected.out);

  writeFileSync(join(ligase.folder, "token"), server.token);
  const asked = ligase.startOnTerminal(["resume", run, "--server", server.url, "--token-file", "token"]);
  await readUntil(asked.stdout, /pprove/);
  asked.stdin.write("a\r");
  await readUntil(asked.stdout, /why\?/);
  asked.stdin.write("fine\r");
  const { code, out } = await ending(asked);
  assert.deepEqual([code, /succeeded/.test(out)], [0, true], out);
  const audit = await server.ligase("audit", run);
  assert.match(audit.out, /fine/);

  const other = ligase.start(["run", "planned", "--server", server.url, "--token-file", "token"]);
  const begun = await readUntil(other.stdout, /ligase signal (\S+) plan/);
  const [, waiting = ""] = /ligase signal (\S+) plan/.exec(begun) ?? [];
  const ends = ending(other);
  assert.equal((await server.ligase("signal", waiting, "plan", "7")).code, 0);
  const ended = await ends;
  assert.deepEqual([ended.code, /◆ plan answered by[^]*\n {2}7\n$/.test(ended.out)], [0, true], ended.out);
});

test("Ctrl-C leaves a run of a server going on, and it is followed again", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const server = await serving(t, ligase);
  writeFileSync(join(ligase.folder, "token"), server.token);
  const at = ["--server", server.url, "--token-file", "token"];
  const following = ligase.start(["run", "planned", ...at]);
  const begun = await readUntil(following.stdout, /ligase signal (\S+) plan/);
  const [, run = ""] = /ligase signal (\S+) plan/.exec(begun) ?? [];
  const left = ending(following);
  following.kill("SIGINT");
  const { code, out } = await left;
  assert.deepEqual([code, /it goes on at the server/.test(out)], [130, true], out);
  const again = ligase.start(["resume", run, ...at]);
  await readUntil(again.stdout, /ligase signal (\S+) plan/);
  const ends = ending(again);
  await server.ligase("signal", run, "plan", "8");
  assert.equal((await ends).code, 0);
});

test("show, logs, why and cancel tell of a run at a server what they tell of it here", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const server = await serving(t, ligase);
  const run = await launch(server, "plain", { n: 3 });
  await until(server, run, /"status":"succeeded","endedAt"/);
  const failed = await launch(server, "failing", { ns: [1] });
  await until(server, failed, /"status":"failed","endedAt"/);
  const open = await launch(server, "checked", { n: 1 });
  await until(server, open, /"name":"quality"/);
  const reported = await launch(server, "reported", {});
  await until(server, reported, /"status":"succeeded","endedAt"/);
  const asked: readonly (readonly string[])[] = [
    ["show", run],
    ["show", run, "--jobs"],
    ["show", run, "--jobs", "--json"],
    ["show", failed],
    ["show", open],
    ["why", run, "speak"],
    ["why", run, "3", "--json"],
    ["logs", run],
    ["logs", run, "speak", "-f"],
    ["why", run, "none"],
    ["show", "0190-none"],
  ];
  const plain = (text: string): string =>
    withoutTimes(text, server.url)
      .replaceAll(/^ +(started|took|asked) .*$/gm, "")
      // A job that waits is recorded when its run leaves memory.
      .replace(/^Jobs\n[^]*(?=^Gates\n)/m, "")
      .replaceAll(/,"callNode":(\d+|null)/g, "");
  for (const args of asked) {
    const [there, here] = [await server.ligase(...args), await ligase.run(...args)];
    assert.deepEqual([there.code, plain(there.out)], [here.code, plain(here.out)], args.join(" "));
    assert.equal(withoutTimes(there.err, server.url), withoutTimes(here.err), args.join(" "));
  }
  const job = await server.ligase("show", run, "--job", "3");
  assert.match(job.out, /speak #3[^]*1\. succeeded .*exit code 0\n\nArguments\n {2}word {2}hi\n\nValue\n/);
  const deck = await server.ligase("show", reported, "--deck");
  const bytes = await fetch(/^http\S+/m.exec(deck.out)?.[0] ?? "", {
    headers: { Authorization: `Bearer ${server.token}` },
  });
  assert.equal(bytes.headers.get("content-type"), "application/octet-stream");
  assert.match(await bytes.text(), /^<!doctype html>\n[^]*<title>summary/);
  const cancelled = await server.ligase("cancel", open);
  assert.match(cancelled.out, /^\S+ is (cancelled|cancelling|waiting)/);
  await until(server, open, /"status":"cancelled","endedAt"/);
});

test("what a server cannot be asked is refused with a remedy", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const server = await serving(t, ligase);
  const codes = {
    "workflow-not-served": ["run", "none", "--n", "1"],
    "flag-not-at-server": ["run", "plain", "--n", "1", "--cpu", "2"],
    "argument-unexpected": ["run", "flow.ts", "plain", "--n", "1"],
    "inputs-invalid": ["run", "plain", "--n", "x", "--many", "1"],
    "run-not-found": ["logs", "0190-none"],
  };
  for (const [code, args] of Object.entries(codes)) {
    const { code: exit, err } = await server.ligase(...args);
    assert.deepEqual([exit, err.includes(`#${code}`)], [2, true], `${args.join(" ")}: ${err}`);
  }
  const runs = await server.ligase("runs");
  assert.match(runs.out, /No runs yet/);
  for (const args of [
    ["run", "plain"],
    ["runs"],
    ["show", "x"],
    ["logs", "x"],
    ["why", "x", "1"],
    ["cancel", "x"],
    ["resume", "x"],
  ]) {
    const stranger = await ligase.runIn({ LIGASE_TOKEN: "lig_no" }, ...args, "--server", server.url);
    assert.deepEqual([stranger.code, /#token-refused/.test(stranger.err)], [2, true], stranger.err);
  }
  const nowhere = await ligase.runIn({ LIGASE_TOKEN: "t" }, "run", "plain", "--server", "http://127.0.0.1:1");
  assert.match(nowhere.err, /#server-not-reached/);
});
