import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { test } from "node:test";
import { openEngine } from "../src/engine.ts";
import { Project } from "../../testkit/src/project.ts";

/*
 * R3: killed at any write and resumed equals not killed. R5: what was finished is not executed again. A lease of a dead
 * process is over after half a minute: the clock of the process that resumes is ahead by more.
 */

const RESUMED = { resume: true, clockAheadMs: 60_000 };

/** Functions in the pool and inline, scripts, a map, a dynamic task, a nested workflow, a handled error, files, cache: false. */
const FLOW = `import { catchError, File, file, map, out, script, sh, task, workflow, z } from "ligase";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ran } from "./ran.ts";
const inline = task({ name: "inline", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => {
  ran("inline " + n);
  return n + 1;
});
const pooled = task({ name: "pooled", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("pooled " + n);
  return n * 2;
});
const dynamic = task({ name: "dynamic", input: { n: z.number() } }, ({ n }) => {
  ran("dynamic " + n);
  return map([n, n + 1], (i) => inline({ n: pooled({ n: i }) }));
});
const risky = task({ name: "risky", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => {
  ran("risky " + n);
  if (n === 2) throw new Error("not two");
  return n;
});
const fresh = task({ name: "fresh", cache: false, output: z.number(), light: true }, () => {
  ran("fresh");
  return 5;
});
const write = script({ name: "write", input: { n: z.number() }, output: { made: out.file("made.txt") },
  command: ({ n }, o) => sh\`echo write \${n} >> $LOG; echo \${n} > \${o.made}\` });
const read = script({ name: "read", input: { f: file() }, output: out.stdout(), command: ({ f }) => sh\`echo read $(cat \${f}) >> $LOG; cat \${f}\` });
const made = task({ name: "made", input: { text: z.string() }, output: file(), light: true }, ({ text }, ctx) => {
  ran("made " + text);
  writeFileSync(join(ctx.folder, "made.txt"), text);
  return File.at(join(ctx.folder, "made.txt"));
});
const nested = workflow({ name: "nested", input: { n: z.number() } }, ({ n }) => ({ a: inline({ n }), text: read({ f: write({ n }).made }) }));
export const top = workflow({ name: "top" }, () => ({
  list: map([1, 2, 3], (n) => catchError(() => risky({ n }), (error) => error.message)),
  nested: map([7, 8], (n) => nested({ n })),
  dynamic: dynamic({ n: 20 }),
  fresh: [fresh({}), inline({ n: fresh({}) })],
  file: read({ f: made({ text: "x" }) }),
}));
`;
const VALUE = {
  list: [1, "not two", 3],
  nested: [
    { a: 8, text: "7" },
    { a: 9, text: "8" },
  ],
  dynamic: [41, 43],
  fresh: [5, 6],
  file: "x",
};

/** How often each line was written. */
function tally(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** What the newest run of a store has finished by its own record, as lines of the log. */
async function finishedIn(root: string): Promise<ReadonlySet<string>> {
  const engine = openEngine({ root });
  try {
    const [run] = engine.inspect.runs({ limit: 1 });
    if (run === undefined) return new Set();
    const done = engine.inspect
      .jobs(run.id)
      .filter(({ status, callNode }) => status === "succeeded" && callNode !== null);
    return new Set(
      done.map(({ task, number }) => lineOf(task, engine.inspect.jobData(run.id, number).args as Args)),
    );
  } finally {
    await engine.close();
  }
}

interface Args {
  readonly n?: number;
  readonly text?: string;
  readonly f?: { readonly path: string };
}

function lineOf(task: string, { n, text, f }: Args): string {
  const argument = n ?? text ?? (f === undefined ? undefined : readFileSync(f.path, "utf8").trim());
  return argument === undefined ? task : `${task} ${argument}`;
}

/** Resumes after a death and checks that nothing finished is executed again and that the value is the same. Returns how much was finished. */
async function resumeAndCheck(project: Project, root: string, when: string): Promise<number> {
  const finished = await finishedIn(root);
  project.executed();
  const resumed = await project.run("top", {}, { root, ...RESUMED });
  assert.equal(resumed.status, "succeeded", `${when}: ${JSON.stringify(resumed.error)}`);
  assert.deepEqual(resumed.value, VALUE, when);
  const executed = tally(project.executed());
  for (const [line, count] of executed)
    assert.equal(count, 1, `${when}: "${line}" was executed ${count} times`);
  const again = [...executed.keys()].filter((line) => finished.has(line));
  assert.deepEqual(again, [], `${when}: finished jobs were executed again`);
  return finished.size;
}

test("R3, R5: killed in any write and resumed, the value is the same and nothing finished is executed again", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  const whole = await project.run("top", {}, { root: project.path("whole") });
  assert.deepEqual(whole.value, VALUE);
  let [died, kept] = [0, 0];
  for (let n = 1; n <= whole.writes + 2; n++) {
    const root = project.path(`root-${n}`);
    const ending = await project.runAndDie("top", {}, { root, dieInWrite: n });
    if (ending === "died") died++;
    kept += await resumeAndCheck(project, root, `killed in write ${n} of about ${whole.writes}`);
  }
  assert.ok(died >= 10 && kept > died, `it died ${died} times, when ${kept} jobs were finished`);
});

test("R3: killed again and again in the same run, it ends with the same value", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  let minutes = 0;
  for (const dieInWrite of [8, 5, 6, 7, 6, 8]) {
    const clockAheadMs = 60_000 * minutes++;
    await project.runAndDie("top", {}, { resume: true, clockAheadMs, dieInWrite });
  }
  assert.deepEqual(
    (await project.run("top", {}, { resume: true, clockAheadMs: 60_000 * minutes })).value,
    VALUE,
  );
});

test("51: kill -9 at random moments: resumed, the value is the same and nothing finished is executed again", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  const start = performance.now();
  await project.run("top", {}, { root: project.path("whole") });
  const longestMs = Math.ceil(performance.now() - start);
  for (let n = 1; n <= 20; n++) {
    const root = project.path(`root-${n}`);
    const afterMs = randomInt(Math.floor(longestMs / 5), longestMs);
    const child = project.start("top", {}, { root });
    child.stdout.resume();
    child.stderr.resume();
    const closed = once(child, "close");
    // Not to wait for something, but to strike anywhere.
    await delay(afterMs);
    child.kill("SIGKILL");
    await closed;
    await resumeAndCheck(project, root, `killed after ${afterMs} ms of ${longestMs} ms`);
  }
});
