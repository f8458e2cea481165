import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CommandLine, ending, readUntil } from "./testing/command-line.ts";
import { Screen } from "./testing/screen.ts";

/* The program as people use it: real processes, the real engine, folders that go with the test. */

const FLOW = `import { approve, map, out, script, sh, task, waitForInput, workflow, z, file } from "ligase";

export const greet = task(
  { name: "greet", description: "Greets somebody", input: { name: z.string().describe("Whom to greet"), times: z.int().default(1) }, output: z.string() },
  ({ name, times }) => \`Hello \${name}! \`.repeat(times).trim(),
);
export const count = script({
  name: "count",
  input: { text: file(".txt") },
  output: { lines: out.file("lines.txt") },
  command: ({ text }, o) => sh\`echo counting >&2; wc -l < \${text} > \${o.lines}\`,
});
export const breaks = script({
  name: "breaks",
  input: {},
  output: { made: out.file("made.txt") },
  command: (_args, o) => sh\`echo no such luck >&2; ls missing-file; touch \${o.made}\`,
});
export const report = task({ name: "report", input: {}, output: z.int() }, (_args, ctx) => {
  ctx.deck("qc").markdown("# All is well");
  return 1;
});
export const quick = task({ name: "quick", input: {}, output: z.int(), light: true }, () => 1);
export const hello = workflow(
  { name: "hello", description: "Greets many", input: { names: z.array(z.string()).default(["Ada", "Grace"]) } },
  ({ names }) => ({ greetings: map(names, (name) => greet({ name })) }),
);
export const gated = workflow({ name: "gated", input: {} }, () => {
  const greeting = approve(greet({ name: "Ada" }), { name: "manners", question: "Polite enough?" });
  return { greeting };
});
export const asking = workflow({ name: "asking", input: {} }, () =>
  greet({ name: "Ada", times: waitForInput(z.int().min(1), { name: "times", question: "How often?" }) }),
);
`;

const project = (t: TestContext): CommandLine =>
  CommandLine.make(t, { "flow.ts": FLOW, "lines.txt": "a\nb\nc\n" });

const lastLine = (text: string): Record<string, unknown> =>
  JSON.parse(text.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;

const firstRun = async (ligase: CommandLine): Promise<string> => {
  const [run] = JSON.parse((await ligase.run("runs", "--json")).out) as readonly { readonly id: string }[];
  assert.ok(run !== undefined);
  return run.id;
};

test("a workflow runs from flags, and its second run is answered from the cache", async (t) => {
  const ligase = project(t);
  const first = await ligase.run("run", "flow.ts", "hello", "--names", "Ada", "Grace");
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /✓ succeeded in [^\n]+\n\n {2}greetings\n {4}- Hello Ada!\n {4}- Hello Grace!\n$/);
  const second = await ligase.run("run", "flow.ts", "hello", "--names", "Ada", "Grace");
  assert.match(second.out, /cached {4}hello/);
  assert.match(second.out, /ALL +· +· +· +· +1 +· +1 /);
});

test("a single task runs as well, with inputs from a document or from standard input", async (t) => {
  const ligase = project(t);
  ligase.write({ "inputs.json": '{ "name": "Ada", "times": 1 }' });
  const fromFile = await ligase.run(
    "run",
    "flow.ts",
    "greet",
    "--input",
    "inputs.json",
    "--times",
    "2",
    "--json",
  );
  assert.equal(lastLine(fromFile.out)["value"], "Hello Ada! Hello Ada!");
  const fromStdin = await ligase.runWith(
    '{ "name": "Grace" }',
    "run",
    "flow.ts",
    "greet",
    "--input",
    "-",
    "--json",
  );
  assert.equal(lastLine(fromStdin.out)["value"], "Hello Grace!");
});

test("--json writes one document a line, from run-started to run-ended, and nothing else", async (t) => {
  const { out, err, code } = await project(t).run("run", "flow.ts", "count", "--text", "lines.txt", "--json");
  const kinds = out
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  assert.equal(kinds[0], "run-started");
  assert.equal(kinds.at(-1), "run-ended");
  const { lines } = lastLine(out)["value"] as { lines: { path: string; size: number; digest: string } };
  assert.match(lines.path, /lines\.txt$/);
  assert.equal(lines.size, 2);
  assert.deepEqual([err, code], ["", 0]);
});

test("--help after a name shows its inputs with types, defaults and descriptions, and makes no store", async (t) => {
  const ligase = project(t);
  const { out } = await ligase.run("run", "flow.ts", "greet", "--help");
  assert.match(out, /Greets somebody/);
  assert.match(out, /--name +text +Whom to greet \(required\)/);
  assert.match(out, /--times +integer +\(default 1\)/);
  assert.match((await ligase.run("run", "flow.ts", "--help")).out, /hello +workflow +Greets many/);
  assert.equal(spawnSync("ls", ["-d", ".ligase"], { cwd: ligase.folder }).status, 2);
});

test("bad input is refused as a whole with exit code 2, before anything runs", async (t) => {
  const ligase = project(t);
  const { code, err } = await ligase.run("run", "flow.ts", "greet", "--nam", "x", "--times", "many");
  assert.equal(code, 2);
  assert.match(err, /--nam: there is no such input; did you mean --name\?/);
  assert.match(err, /--times: expected integer, found "many"/);
  assert.match(err, /--name: it is missing \(text; Whom to greet\)/);
  assert.match(err, /docs\/errors\.md#inputs-invalid/);
  assert.deepEqual(JSON.parse((await ligase.run("runs", "--json")).out), []);
});

test("flags of run count after the name as well as before: none of them is dropped", async (t) => {
  const ligase = project(t);
  for (const [flag, value] of [
    ["--limit", "licence"],
    ["--memory", "4 apples"],
    ["--cpu", "0"],
    ["--tag", "no-value"],
  ] as const) {
    const { code, err } = await ligase.run("run", "flow.ts", "hello", flag, value);
    assert.deepEqual([code, err.includes(`${flag} cannot be "${value}"`)], [2, true], err);
  }
  assert.equal(existsSync(join(ligase.folder, ".ligase")), false, "a wrong flag opens nothing");
  const elsewhere = await ligase.run("run", "flow.ts", "quick", "--root", "store", "--json");
  assert.equal(elsewhere.code, 0, elsewhere.err);
  assert.deepEqual(
    ["store", ".ligase"].map((root) => existsSync(join(ligase.folder, root))),
    [true, false],
  );
});

test("what is mistyped is answered with the nearest name and exit code 2", async (t) => {
  const ligase = project(t);
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [["rum"], /no command "rum"[^]*ligase run/],
    [["run"], /needs FILE/],
    [["run", "flow.ts"], /It has: hello, gated, asking/],
    [["run", "flow.ts", "helo"], /no workflow or task named "helo"[^]*Did you mean hello\?/],
    [["run", "flaw.ts", "hello"], /no file/],
    [["run", "--chek", "full", "flow.ts", "hello"], /no flag --chek[^]*--check/],
    [["show", "0000"], /no run 0000/],
    [["runs", "--status", "over"], /--status cannot be "over"/],
    [["runs", "-n", "1.5"], /-n cannot be "1.5": expected a whole number from 1/],
    [["runs", "-n", "0"], /a whole number from 1/],
    [["show", "0000", "--job", "0"], /--job cannot be "0"/],
  ];
  const check = async ([args, expected]: (typeof mistakes)[number]): Promise<void> => {
    const { code, err } = await ligase.run(...args);
    assert.deepEqual([args, code], [args, 2]);
    assert.match(err, expected);
  };
  await Promise.all(mistakes.map(check));
});

test("for machines an error is a document too", async (t) => {
  const { code, out } = await project(t).run("show", "0000", "--json");
  const { kind, code: errorCode } = lastLine(out);
  assert.deepEqual([kind, errorCode, code], ["error", "run-not-found", 2]);
});

test("a failing script shows all there is to see, and its folder repeats it by hand", async (t) => {
  const { code, out } = await project(t).run("run", "flow.ts", "breaks");
  assert.equal(code, 1);
  assert.match(out, /✗ breaks #1 failed with exit code 2\n {2}command {2}echo no such luck/);
  assert.match(out, /stderr {3}no such luck\n[^]*missing-file/);
  const command = /by hand {2}(.*)/.exec(out)?.[1] ?? "";
  const byHand = spawnSync("bash", ["-c", command], { encoding: "utf8" });
  assert.equal(byHand.status, 2);
  assert.match(byHand.stderr, /no such luck/);
});

test("a dry run runs nothing and says what would run and why", async (t) => {
  const ligase = project(t);
  const { code, out } = await ligase.run("run", "flow.ts", "count", "--text", "lines.txt", "--dry-run");
  assert.equal(code, 0);
  assert.match(out, /dry run: 1 job would run now[^\n]*\n {2}count {2}no equal call before/);
});

test("a run, its jobs, one job and why it ran can be looked at, by the beginning of the run's id", async (t) => {
  const ligase = project(t);
  await ligase.run("run", "flow.ts", "count", "--text", "lines.txt", "--tag", "by=test");
  const id = (await firstRun(ligase)).slice(0, 13);
  const answers: readonly (readonly [readonly string[], RegExp])[] = [
    [["runs"], new RegExp(`${id} +count +succeeded`)],
    [
      ["show", id],
      /status +succeeded\n[^]*tags +by=test\n[^]*Inputs\n {2}text {2}lines\.txt {2}6 B {2}[0-9a-f]{8}\n[^]*Result\n {2}lines {2}/,
    ],
    [["show", id, "--jobs"], /1 {2}count {2}succeeded/],
    [["show", id, "--job", "1"], /why +count ran: no call of it was recorded before/],
    [["why", id, "count"], /^#1 count ran: no call/],
    [["logs", id, "count"], /^── count #1 stderr ──\ncounting\n$/],
    [["show", id, "--deck"], /has no deck/],
    [["why", id, "cuont"], /Its tasks are: count/],
  ];
  const check = async ([args, expected]: (typeof answers)[number]): Promise<void> => {
    const { out, err } = await ligase.run(...args);
    assert.match(out + err, expected);
  };
  await Promise.all(answers.map(check));
});

test("a deck is found by its name, and its page is where it says", async (t) => {
  const ligase = project(t);
  await ligase.run("run", "flow.ts", "report");
  const id = await firstRun(ligase);
  const { out } = await ligase.run("show", id, "--deck=qc");
  const [path = "", uri = ""] = out.split("\n");
  assert.match(readFileSync(join(ligase.folder, path), "utf8"), /All is well/);
  assert.equal(uri, pathToFileURL(join(ligase.folder, path)).href);
  assert.match((await ligase.run("show", id, "--deck=other")).err, /no deck named "other"\. It has: qc/);
});

test("a gate is decided from another terminal, and the run goes on by itself", async (t) => {
  const ligase = project(t);
  const running = ligase.start(["run", "flow.ts", "gated"]);
  const asked = await readUntil(running.stdout, /ligase reject/);
  assert.match(asked, /◆ manners {2}Polite enough\?/);
  const [, id = ""] = /ligase approve (\S+) manners/.exec(asked) ?? [];
  const decided = await ligase.run("approve", id, "-m", "very");
  assert.match(decided.out, /✓ gated\/manners approved\n$/);
  const { code, out } = await ending(running);
  assert.equal(code, 0);
  assert.match(out, /◆ manners approved by \S+: very/);
  const again = await ligase.run("reject", id, "manners");
  assert.equal(again.code, 2);
  assert.match(again.err, /approved by \S+ already|has succeeded/);
});

test("a run left waiting is decided while nobody advances it, and resumed", async (t) => {
  const ligase = project(t);
  const left = await ligase.run("run", "flow.ts", "asking", "--no-wait");
  assert.equal(left.code, 0);
  const id = await firstRun(ligase);
  assert.match(
    left.out,
    new RegExp(`■ waiting\\n {2}ligase signal ${id.slice(0, 13)} times VALUE\\n {2}ligase resume`),
  );
  assert.match((await ligase.run("signal", id, "times", "none")).err, /expected integer/);
  assert.match((await ligase.run("approve", id, "times")).err, /ligase signal/);
  assert.equal((await ligase.run("signal", id, "times", "2")).code, 0);
  const resumed = await ligase.run("resume", id);
  assert.match(resumed.out, /Hello Ada! Hello Ada!/);
  assert.equal(resumed.code, 0);
});

test("a rejected run exits with 1 and says who and why", async (t) => {
  const { code, out } = await project(t).run("run", "flow.ts", "gated", "--reject", "too short");
  assert.equal(code, 1);
  assert.match(out, /rejected "manners": too short/);
  assert.match(out, /✗ rejected after/);
});

test("a waiting run can be cancelled", async (t) => {
  const ligase = project(t);
  await ligase.run("run", "flow.ts", "gated", "--no-wait");
  const id = await firstRun(ligase);
  assert.match((await ligase.run("cancel", id)).out, /is cancelled/);
  assert.match((await ligase.run("runs", "--status", "cancelled")).out, /gated/);
});

test("Ctrl-C leaves a waiting run waiting and exits with 130", async (t) => {
  const ligase = project(t);
  const running = ligase.start(["run", "flow.ts", "gated"]);
  await readUntil(running.stdout, /ligase reject/);
  running.kill("SIGINT");
  const { code, out } = await ending(running);
  assert.equal(code, 130);
  assert.match(out, /■ waiting/);
  assert.match((await ligase.run("runs")).out, /gated +waiting/);
});

test("a workflow is drawn in every format", async (t) => {
  const ligase = project(t);
  assert.match(
    (await ligase.run("graph", "flow.ts", "hello")).out,
    /^hello\n├─ inputs\n│ {2}└─ names: text\[\]\n└─ for each {2}← names\n {3}└─ greet {2}← names\n$/,
  );
  assert.match((await ligase.run("graph", "flow.ts", "hello", "--format", "mermaid")).out, /^flowchart TD\n/);
  assert.match(
    (await ligase.run("graph", "flow.ts", "hello", "--format", "dot")).out,
    /^digraph "hello" \{\n/,
  );
  assert.equal(
    (
      JSON.parse((await ligase.run("graph", "flow.ts", "count", "--format", "json")).out) as {
        boxes: unknown[];
      }
    ).boxes.length,
    1,
  );
});

test("output that nobody reads any more is no error", (t) => {
  const ligase = project(t);
  const program = fileURLToPath(new URL("../bin/ligase.js", import.meta.url));
  const text = execFileSync(
    "bash",
    ["-c", 'set -o pipefail; "$0" "$1" --help | head -1; echo "${PIPESTATUS[0]}"', process.execPath, program],
    { cwd: ligase.folder, encoding: "utf8" },
  );
  assert.match(text, /\n0\n$/);
});

test("on a terminal there is a table in its place, a prompt at a gate, and the result at the end", async (t) => {
  const ligase = project(t);
  const running = ligase.startOnTerminal(["run", "flow.ts", "gated"]);
  const asked = await readUntil(running.stdout, /ater >/);
  running.stdin.write("a\r");
  const commented = await readUntil(running.stdout, /why\?/);
  running.stdin.write("fine\r");
  const { code, out } = await ending(running);
  assert.equal(code, 0);
  const screen = new Screen();
  screen.write(asked + commented + out);
  assert.match(
    screen.text,
    /◆ manners approved by \S+: fine\n\ngated {2}run \S+\n\ntask +pending[^\n]*\n[^]*ALL [^\n]*━\n\n✓ succeeded in \S+\n\n {2}greeting {2}Hello Ada!$/,
  );
  assert.equal(screen.text.match(/pending/g)?.length, 1, "the table stands there once");
});

test("the program says its version", async (t) => {
  const { out, code } = await project(t).run("--version");
  assert.match(out, /^ligase \d+\.\d+\.\d+\n$/);
  assert.equal(code, 0);
});
