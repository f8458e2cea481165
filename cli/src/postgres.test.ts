import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test, type TestContext } from "node:test";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { CommandLine, ending, readUntil } from "./testing/command-line.ts";

/* The program on a store that several processes, and several machines, have in common. */

const FLOW = `import { approve, map, out, script, sh, task, workflow, z } from "ligase";
import { appendFileSync } from "node:fs";

const square = task({ name: "square", input: { n: z.int() }, output: z.int() }, ({ n }) => {
  appendFileSync(import.meta.dirname + "/executed", \`\${n}\\n\`);
  return n * n;
});
const inTask = task({ name: "inTask", input: {}, output: z.string() }, () => process.env["LIGASE_STORE"] ?? "nothing");
const inScript = script({ name: "inScript", input: {}, output: out.stdout(), command: () => sh\`printenv LIGASE_STORE || echo nothing\` });
export const squares = workflow({ name: "squares", input: {} }, () => map([1, 2, 3, 4], (n) => square({ n })));
export const environment = workflow({ name: "environment", input: {} }, () => [inTask({}), inScript({})]);
export const gated = workflow({ name: "gated", input: {} }, () => approve(square({ n: 5 }), { name: "large", question: "Large enough?" }));
`;

const { skip } = needs("postgres");

describe("the program on Postgres", { skip }, () => {
  const server = new PostgresServer();
  after(() => server[Symbol.dispose]());

  function project(t: TestContext): { readonly ligase: CommandLine; readonly url: string } {
    const url = server.url();
    return { url, ligase: CommandLine.make(t, { "flow.ts": FLOW, "other.ts": FLOW }, { LIGASE_STORE: url }) };
  }

  test("a run is made, listed and shown; the root has no store", async (t) => {
    const { ligase, url } = project(t);
    const ran = await ligase.run("run", "flow.ts", "squares");
    assert.equal(ran.code, 0, ran.err);
    const [run] = JSON.parse((await ligase.run("runs", "--json")).out) as readonly { readonly id: string }[];
    const id = run?.id ?? "";
    assert.match((await ligase.run("show", id)).out, /status +succeeded\n[^]*Result\n[^]*16/);
    assert.match((await ligase.run("show", id, "--jobs")).out, /square +succeeded/);
    const named = CommandLine.make(t);
    assert.match((await named.run("runs", "--store", url)).out, /squares +succeeded/);
    assert.equal(existsSync(join(ligase.folder, ".ligase", "store.db")), false);
  });

  test("jobs do not inherit the URL, which may hold a password", async (t) => {
    const { ligase } = project(t);
    const { out } = await ligase.run("run", "flow.ts", "environment", "--json");
    const { value } = JSON.parse(out.trim().split("\n").at(-1) ?? "") as { readonly value: unknown };
    assert.deepEqual(value, ["nothing", "nothing"]);
  });

  test("a gate is decided by another process, and the one that follows the run goes on", async (t) => {
    const { ligase } = project(t);
    const running = ligase.start(["run", "flow.ts", "gated"]);
    const asked = await readUntil(running.stdout, /ligase reject/);
    const [, id = ""] = /ligase approve (\S+) large/.exec(asked) ?? [];
    assert.match((await ligase.run("inbox")).out, /Large enough\?/);
    const decided = await ligase.run("approve", id, "-m", "yes");
    assert.match(decided.out, /✓ gated\/large approved\n$/);
    const { code, out } = await ending(running);
    assert.equal(code, 0);
    assert.match(out, /large approved by \S+: yes[^]*succeeded/);
  });

  test("a run left waiting is decided while nobody advances it, and resumed", async (t) => {
    const { ligase } = project(t);
    const left = await ligase.run("run", "flow.ts", "gated", "--no-wait");
    const [, id = ""] = /ligase resume (\S+)/.exec(left.out) ?? [];
    assert.equal((await ligase.run("approve", id)).code, 0);
    const resumed = await ligase.run("resume", id);
    assert.deepEqual(
      [resumed.code, /✓ succeeded in \S+\n\n +25\n$/.test(resumed.out)],
      [0, true],
      resumed.out,
    );
    assert.equal(readFileSync(join(ligase.folder, "executed"), "utf8"), "5\n");
  });

  test("R4: of two runs at once each call is computed by one", async (t) => {
    const { ligase } = project(t);
    const both = await Promise.all([1, 2].map(() => ligase.run("run", "flow.ts", "squares")));
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    );
    const executed = readFileSync(join(ligase.folder, "executed"), "utf8").trim().split("\n");
    assert.deepEqual(executed.toSorted(), ["1", "2", "3", "4"]);
  });

  test("R11: take-over goes on with what dead engines left, and says what it cannot go on with", async (t) => {
    const { ligase } = project(t);
    assert.match((await ligase.run("take-over")).out, /No run was left/);
    const ids: string[] = [];
    for (const file of ["flow.ts", "flow.ts", "other.ts"]) {
      const running = ligase.start(["run", file, "gated"]);
      const asked = await readUntil(running.stdout, /ligase reject/);
      ids.push(/ligase approve (\S+) large/.exec(asked)?.[1] ?? "");
      running.kill("SIGKILL");
      await once(running, "close");
    }
    // Their leases are not over, but on this machine their processes are seen to be gone.
    renameSync(join(ligase.folder, "other.ts"), join(ligase.folder, "gone.ts"));
    const [one = "", two = "", left = ""] = ids;
    const { code, out } = await ligase.run("take-over", "--approve");
    assert.equal(code, 1, out);
    assert.match(out, new RegExp(`✗ ${left} stays as it is: [^\\n]*other\\.ts`));
    for (const id of [one, two]) assert.match(out, new RegExp(`^${id} {2}✓ succeeded`, "m"));
    assert.match(
      (await ligase.run("runs")).out,
      new RegExp(
        `${left} +gated +(running|waiting) .*\n${two} +gated +succeeded .*\n${one} +gated +succeeded`,
      ),
    );
  });

  test("a URL that is none is refused, and not repeated", async (t) => {
    const { ligase } = project(t);
    for (const url of ["mysql://ana:hidden@host/x", "postgres://ana:hidden@host/x?schema=A-B", ""]) {
      const { code, out, err } = await ligase.run("runs", "--store", url);
      assert.equal(code, 2);
      assert.match(err, /docs\/errors\.md#store-url-not-valid/);
      assert.doesNotMatch(out + err, /hidden/);
    }
  });
});
