import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CommandLine, ending, readUntil } from "../testing/command-line.ts";
import { launch, serving, until } from "../testing/serving.ts";

const FLOW = `import { approve, external, file, task, waitForInput, workflow, z } from "ligase";
const double = task({ name: "double", input: { n: z.int() }, output: z.int() }, ({ n }) => n * 2);
export const checked = workflow({ name: "checked", input: { n: z.int() } }, ({ n }) => double({ n: approve(n, { name: "quality" }) }));
export const planned = workflow({ name: "planned" }, () => waitForInput(z.object({ day: z.date(), lanes: z.array(z.int()) }), { name: "plan" }));
const label = external({ name: "label", topic: "images", input: { n: z.int() }, output: z.int() });
export const labelled = workflow({ name: "labelled" }, () => label({ n: 1 }));
export const shown = workflow({ name: "shown", input: { page: file() } }, ({ page }) => approve(1, { name: "look", show: [page], quorum: 2 }));
`;

test("a server that is killed goes on with its runs at the next start, and what was open is decided there", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const first = await serving(t, ligase);
  const run = await launch(first, "checked", { n: 21 });
  await until(first, run, /"name":"quality"/);
  first.child.kill("SIGKILL");
  await once(first.child, "close");

  const second = await serving(t, ligase);
  assert.notEqual(second.token, first.token);
  const inbox = await second.ligase("inbox", "--json");
  const [item] = JSON.parse(inbox.out) as readonly Record<string, unknown>[];
  assert.deepEqual([item?.["run"], item?.["name"]], [run, "quality"]);
  const approved = await second.ligase("approve", run.slice(0, 13), "-m", "fine");
  assert.equal(approved.code, 0, approved.err);
  assert.match(approved.out, /^✓ checked\/quality approved\n$/);
  await until(second, run, /"status":"succeeded","endedAt"/);
  assert.deepEqual((await second.ask("GET", `/runs/${run}/value`)).body, { status: "succeeded", value: 42 });

  const audit = await second.ligase("audit", run);
  assert.match(audit.out, /voted.*approved: fine[^]*the record holds: 3 entries/);
  const local = await ligase.run("audit", run);
  assert.equal(local.out, audit.out);
});

test("what external workers hold is listed at a server, too", async (t) => {
  const server = await serving(t, CommandLine.make(t, { "flow.ts": FLOW }));
  const run = await launch(server, "labelled", {});
  await until(server, run, /"name":"label"/);
  const lease = { topics: ["images"], worker: "gpu-0" };
  assert.equal((await server.ask("POST", "/external-tasks/lease", lease)).status, 200);
  const { out, err } = await server.ligase("work");
  assert.match(out, /images +labelled\/label .* leased .* gpu-0 /, err);
  const [task] = JSON.parse((await server.ligase("work", "--json")).out) as readonly Record<
    string,
    unknown
  >[];
  assert.deepEqual([task?.["run"], task?.["worker"]], [run, "gpu-0"]);
  const refused = await server.ligase("work", "--put-back", String(task?.["id"]));
  assert.deepEqual([refused.code, /is leased/.test(refused.err)], [2, true], refused.err);
});

test("commands ask a server as they ask a store: answer, signal, reject, and what is refused", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW, "page.html": "<p>" });
  const server = await serving(t, ligase);
  const run = await launch(server, "planned", {});
  await until(server, run, /"name":"plan"/);
  const wrong = await server.ligase("signal", run, "plan", '{"day": "2026-01-02T00:00:00Z", "lanes": ["x"]}');
  assert.deepEqual([wrong.code, /lanes\[0\]/.test(wrong.err)], [2, true], wrong.err);
  const answered = await server.ligase(
    "answer",
    run,
    "--value",
    '{"day": "2026-01-02T00:00:00Z", "lanes": [1]}',
    "--json",
  );
  assert.deepEqual(JSON.parse(answered.out), {
    kind: "decided",
    run,
    gate: (JSON.parse(answered.out) as { gate: string }).gate,
    outcome: "answered",
    kept: false,
    path: "planned/plan",
    status: "resolved",
    quorum: 1,
    votes: 1,
  });
  const late = await server.ligase("signal", run, "plan", '{"day": "2026-01-03T00:00:00Z", "lanes": []}');
  assert.match(late.err, /docs\/errors\.md#(gate-already-resolved|run-ended)/);

  const shown = await launch(server, "shown", { page: join(ligase.folder, "page.html") });
  await until(server, shown, /"name":"look"/);
  const inbox = await server.ligase("inbox");
  assert.match(inbox.out, /look .*0 of 2\n +shows page\.html/);
  assert.ok(
    inbox.out.includes(`\n${server.url}/api/v1/runs/RUN/gates/GATE shows what a gate asks\n`),
    inbox.out,
  );
  const rejected = await server.ligase("reject", shown, "-m", "blurred");
  assert.match(rejected.out, /look rejected/);

  const unknown = await server.ligase("approve", "0190-none");
  assert.match(unknown.err, /docs\/errors\.md#run-not-found/);
  const stranger = await ligase.runIn({ LIGASE_TOKEN: "lig_no" }, "inbox", "--server", server.url);
  assert.deepEqual([stranger.code, /#token-refused/.test(stranger.err)], [2, true], stranger.err);
  const nobody = await ligase.run("inbox", "--server", server.url);
  assert.match(nobody.err, /#token-not-given/);
  writeFileSync(join(ligase.folder, "token"), `${server.token}\n`);
  const fromFile = await ligase.run("inbox", "--server", server.url, "--token-file", "token");
  assert.equal(fromFile.code, 0, fromFile.err);
  const nowhere = await ligase.runIn({ LIGASE_TOKEN: "t" }, "inbox", "--server", "http://127.0.0.1:1");
  assert.match(nowhere.err, /#server-not-reached/);
  assert.match(
    (await ligase.runIn({ LIGASE_TOKEN: "t" }, "inbox", "--server", "nonsense")).err,
    /#server-url-invalid/,
  );
});

test("a server prints where it is and a token, tells what happens, and ends when asked", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const child = ligase.start(["serve", "flow.ts", "--port", "0"]);
  t.after(() => child.kill("SIGKILL"));
  const said = await readUntil(child.stdout, /--server http.*\n/);
  const [, url = "", token = ""] = /at (\S+)\n +token +(\S+)\n/.exec(said) ?? [];
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const processes = execFileSync("ps", ["-o", "args=", "-p", String(child.pid)], { encoding: "utf8" });
  assert.ok(token.length > 40 && /serve flow/.test(processes) && !processes.includes(token));
  const answer = await fetch(`${url}/api/v1/runs`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ workflow: "planned" }),
  });
  assert.equal(answer.status, 202);
  await readUntil(child.stderr, / launched planned \(/);
  const open = fetch(`${url}/api/v1/inbox/stream`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await open).status, 200);
  child.kill("SIGTERM");
  const { code } = await ending(child);
  assert.equal(code, 0);
});

test("what cannot be served is refused with a remedy", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": FLOW });
  const others = await ligase.run("serve", "flow.ts", "--host", "0.0.0.0", "--port", "0");
  assert.deepEqual([others.code, /#serve-needs-users/.test(others.err)], [2, true], others.err);
  const port = await ligase.run("serve", "flow.ts", "--port", "70000");
  assert.match(port.err, /--port[^]*#flag-value-invalid/);
  assert.match((await ligase.run("serve", "none.ts", "--port", "0")).err, /#workflow-file-not-found/);
  assert.match((await ligase.run("serve")).err, /#argument-missing/);
  const { child, url } = await serving(t, ligase);
  const taken = await ligase.run("serve", "flow.ts", "--port", new URL(url).port);
  assert.match(taken.err, /#address-not-free/);
  child.kill("SIGTERM");
  assert.equal((await ending(child)).code, 0);
});
