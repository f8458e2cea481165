import assert from "node:assert/strict";
import { once } from "node:events";
import { renameSync } from "node:fs";
import { after, describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { Project } from "../../testkit/src/project.ts";
import { openEngine } from "../src/engine.ts";

/*
 * C14: engines on one database that share no folder, as on two machines. What one recorded counts for the other as far
 * as its files are there.
 */

const { skip } = needs("postgres");

const FLOW = `import { after, approve, dir, file, map, out, script, sh, task, workflow, z } from "ligase";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ran } from "./ran.ts";
const small = task({ name: "small", input: { n: z.number() }, output: z.number() }, ({ n }) => { ran("small"); return n; });
const large = task({ name: "large", input: {}, output: z.string() }, () => { ran("large"); return "x".repeat(40_000); });
const made = script({ name: "made", input: {}, output: { one: out.file("one.txt"), all: out.dir("all") },
  command: (_args, o) => sh\`echo made >> $LOG; echo one > \${o.one}; mkdir -p \${o.all}; echo two > \${o.all}/two.txt\` });
const used = task({ name: "used", input: { one: file(), all: dir(), text: z.string() }, output: z.string() },
  async ({ one, text }) => { ran("used"); return (await one.text()) + text.length; });
const work = () => {
  const { one, all } = made({});
  return { small: small({ n: 1 }), one, used: used({ one, all, text: large({}) }) };
};
export const whole = workflow({ name: "whole" }, () => work().used);
export const values = workflow({ name: "values" }, () => ({ small: small({ n: 1 }), text: large({}) }));
export const gated = workflow({ name: "gated" }, () => {
  const { one, used } = work();
  return approve(used, { name: "look", show: [one] });
});
const meet = task({ name: "meet", input: { me: z.string(), other: z.string() }, output: z.null(), cache: false }, async ({ me, other }, ctx) => {
  writeFileSync(\`$LOG.\${me}\`, "");
  while (!existsSync(\`$LOG.\${other}\`)) await delay(5, null, { signal: ctx.signal });
  return null;
});
export const left = workflow({ name: "left" }, () => after(meet({ me: "left", other: "right" }), () => large({})));
export const right = workflow({ name: "right" }, () => after(meet({ me: "right", other: "left" }), () => large({})));
`;

describe("engines on one database with roots apart", { skip }, () => {
  const server = new PostgresServer();
  after(() => server[Symbol.dispose]());

  test("what has its files elsewhere is computed again; the rest is not", async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    const store = server.url();
    const first = await project.run("whole", {}, { store });
    assert.deepEqual([first.value, project.executed()], ["one\n40000", ["large", "made", "used"]]);
    // The first root is on another machine: from here nothing of it is to be seen.
    renameSync(project.root, project.path("elsewhere"));
    const root = project.path("second-root");
    const small = await project.run("values", {}, { store, root });
    assert.deepEqual([small.status, project.executed()], ["succeeded", ["large", "small"]]);
    const second = await project.run("whole", {}, { store, root });
    assert.deepEqual([second.value, project.executed()], ["one\n40000", []], "a value in the database holds");
    const full = await project.run("whole", {}, { store, root, check: "full" });
    assert.deepEqual([full.value, project.executed()], ["one\n40000", ["made"]]);
    const again = await project.run("whole", {}, { store, root, check: "full" });
    assert.deepEqual([again.value, project.executed()], ["one\n40000", []], "from now on it is here");
  });

  test("a run goes on with another root, and computes again what it had there", async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    const store = server.url();
    const root = project.path("second-root");
    const engine = openEngine({ store, root, user: "ada" });
    t.after(() => engine.close());
    const killed = project.start("gated", {}, { store });
    while (engine.inspect.gates().length === 0) await nextTurn();
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.deepEqual(project.executed(), ["large", "made", "used"]);
    renameSync(project.root, project.path("elsewhere"));
    const [gate] = engine.inspect.gates();
    engine.decide({ run: gate?.runId ?? "", gate: "look", outcome: "approved", by: "ada" });
    server.sql(store, "UPDATE run SET lease_until = lease_until - 60000");
    const taken = await project.run("gated", {}, { store, root, takeOver: true });
    assert.deepEqual([taken.status, taken.value], ["succeeded", "one\n40000"]);
    assert.deepEqual(project.executed(), ["large", "made"], "what was made of them holds");
  });

  test("R4: who waited for a result whose file is elsewhere computes it itself", async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    const store = server.url();
    const runs = await Promise.all([
      project.run("left", {}, { store }),
      project.run("right", {}, { store, root: project.path("second-root") }),
    ]);
    assert.deepEqual(
      runs.map(({ status, value }) => [status, (value as string).length]),
      [
        ["succeeded", 40_000],
        ["succeeded", 40_000],
      ],
    );
    assert.deepEqual(project.executed(), ["large", "large"]);
  });
});
