import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { promisify } from "node:util";
import { Project, RUN_FILE } from "../../testkit/src/project.ts";
import type { Refusal, RunReport } from "../../testkit/src/run-file.ts";

const HEAD = `import { map, out, script, sh, task, workflow, z } from "ligase";\nimport { ran } from "./ran.ts";\n`;
const FLOW = `${HEAD}
const light = task({ name: "light", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => {
  ran("light " + n);
  return n + 1;
});
const pooled = task({ name: "pooled", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("pooled " + n);
  return n * 2;
});
export const top = workflow({ name: "top", input: { ns: z.array(z.number()).default([1, 2, 3]) } }, ({ ns }) => map(ns, (n) => pooled({ n: light({ n }) })));
`;

function codeOf(ending: object): string {
  assert.ok("refused" in ending, JSON.stringify(ending));
  const { code, remedy } = (ending as Refusal).refused;
  assert.notEqual(remedy, "");
  return code;
}

test("a store of a newer version is refused and left as it is", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  await project.run("top");
  const path = join(project.root, "store.db");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  const before = readFileSync(path);
  const ending = await project.ending("top");
  assert.equal(codeOf(ending), "store-newer");
  assert.match((ending as Refusal).refused.message, /999/);
  assert.deepEqual(readFileSync(path), before);
});

test("a store that is no database is refused, with the way out", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  mkdirSync(project.root);
  writeFileSync(join(project.root, "store.db"), "not a database ".repeat(1_000));
  assert.equal(codeOf(await project.ending("top")), "store-damaged");
});

for (const [where, from, to] of [
  ["at its beginning", 0, 100],
  ["in its schema", 100, 4_096],
  ["in its tables", 4_096, Infinity],
  ["by being cut short", 5_000, 5_000],
] as const) {
  test(`a store damaged ${where} is an error that says so, never a wrong value`, async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    await project.run("top");
    damage(join(project.root, "store.db"), from, to);
    const ending = await project.ending("top");
    if ("refused" in ending) return assert.equal(ending.refused.code, "store-damaged");
    // What was damaged was not needed, or the run failed with the reason.
    if (ending.status === "succeeded") assert.deepEqual(ending.value, [4, 6, 8]);
    else assert.equal(ending.error?.code, "store-damaged");
  });
}

function damage(path: string, from: number, to: number): void {
  const size = statSync(path).size;
  if (from === to) return writeFileSync(path, readFileSync(path).subarray(0, from));
  const file = openSync(path, "r+");
  const count = Math.min(to, size) - from;
  writeSync(file, Buffer.alloc(count, "damage"), 0, count, from);
  closeSync(file);
}

test("a folder that cannot be written is refused", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  writeFileSync(project.path("file"), "");
  assert.equal(
    codeOf(await project.ending("top", {}, { root: project.path("file/root") })),
    "store-not-writable",
  );
  mkdirSync(project.path("locked"));
  chmodSync(project.path("locked"), 0o555);
  for (const root of ["locked", "locked/root"]) {
    const ending = await project.ending("top", {}, { root: project.path(root), asNobody: true });
    assert.equal(codeOf(ending), "store-not-writable", root);
  }
  assert.deepEqual(readdirSync(project.path("locked")), []);
});

test("52: two processes on one store, new at first, both finish with the same value", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  const ns = Array.from({ length: 100 }, (_, n) => n);
  for (const round of [1, 2, 3, 4]) {
    const options = { root: project.path(`root-${round}`) };
    const both = await Promise.all([
      project.run("top", { ns }, options),
      project.run("top", { ns: ns.toReversed() }, options),
    ]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ["succeeded", "succeeded"],
    );
    assert.deepEqual(
      both[0].value,
      ns.map((n) => (n + 1) * 2),
    );
    assert.deepEqual((both[1].value as number[]).toReversed(), both[0].value);
    project.executed();
    const { jobs } = await project.run("top", { ns }, options);
    assert.deepEqual([jobs.length, project.executed()], [1, []]);
  }
});

/** A run on a disk of 64 MiB that is nearly full, then one on the same disk with space; seen by these processes alone. */
const ON_FULL_DISK = `mount -t tmpfs -o size=64m tmpfs "$1" && head -c 59m /dev/zero > "$1/filler" && shift
"$1" "$2" "$3"; rm "$5"; "$1" "$2" "$4"`;

test(
  "a full disk is an error that says so; what was finished is kept, and the run goes on when there is space",
  mountable(),
  async (t) => {
    const project = Project.make(t, {
      "flow.ts": `${HEAD}
const large = task({ name: "large", input: { n: z.number() }, output: z.string(), light: true }, ({ n }) => {
  ran("large " + n);
  return String(n).repeat(10_000).slice(0, 10_000);
});
const chained = workflow({ name: "chained", input: { n: z.number() } }, ({ n }) => large({ n }));
export const top = workflow({ name: "top" }, () => map(Array.from({ length: 800 }, (_, n) => n), (n) => chained({ n }), { concurrency: 20 }));
export const lengths = workflow({ name: "lengths" }, () => map(top({}), (s) => ({ s })));
`,
    });
    mkdirSync(project.path("small"));
    const request = { root: project.path("small/root"), file: project.path("flow.ts"), name: "top" };
    const args = [
      project.path("small"),
      process.execPath,
      RUN_FILE,
      JSON.stringify(request),
      JSON.stringify({ ...request, resume: true }),
      project.path("small/filler"),
    ];
    const { stdout } = await promisify(execFile)("unshare", ["-m", "sh", "-c", ON_FULL_DISK, "sh", ...args], {
      encoding: "utf8",
      maxBuffer: 1e9,
    });
    const [full, after] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as RunReport | Refusal);
    assert.match(JSON.stringify(full).slice(0, 2_000), /store-disk-full/);
    assert.ok(after !== undefined && "run" in after, JSON.stringify(after).slice(0, 500));
    assert.equal(after.status, "succeeded");
  },
);

function mountable(): { skip: string | false } {
  const tried = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return { skip: tried.status === 0 ? false : "a small disk cannot be mounted: run as root on Linux" };
}
