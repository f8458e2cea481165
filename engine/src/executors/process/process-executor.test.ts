import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  contractWorkflow,
  FunctionRig,
  testFunctionExecutor,
} from "../../../../testkit/src/function-executor-contract.ts";
import {
  createProcessExecutor,
  type ProcessExecutor,
  type ProcessExecutorOptions,
} from "./process-executor.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

testFunctionExecutor("process", (setup) =>
  createProcessExecutor({ ...setup, name: "process", entry: contractWorkflow, size: 2 }),
);

suite("a child that dies", () => {
  test("fails only the job that it ran; what waited behind it runs once, elsewhere", () =>
    withPool({ size: 1 }, async (rig) => {
      const [, dying] = rig.submit(count(rig, 0), { task: "dies", args: "{}" });
      const others = rig.submitMany(30, (n) => count(rig, n + 1));
      const error = await rig.error(dying);
      assert.deepEqual([error.kind, error.code, error.task], ["infrastructure", "process-lost", "dies"]);
      assert.match(error.message, /SIGSEGV/);
      for (const id of others) await rig.value(id);
      assert.deepEqual(
        counted(rig),
        Array.from({ length: 31 }, (_, n) => n),
      );
    }));

  test("by process.exit is the task's own failure", () =>
    withPool({ size: 1 }, async (rig) => {
      const error = await rig.error(...rig.submit({ task: "exits", args: '{"code":0}' }));
      assert.deepEqual([error.kind, error.code], ["user", "process-exited"]);
      assert.match(error.message, /exit code 0/);
    }));

  test("by using up its memory is a resource failure", () =>
    withPool({ size: 1, memoryMiB: 40 }, async (rig) => {
      const error = await rig.error(...rig.submit({ task: "hoards", args: "{}" }));
      assert.deepEqual([error.kind, error.code], ["resource", "process-out-of-memory"]);
      assert.match(error.message, /40 MiB/);
    }));

  test("takes the tools it ran with it", () =>
    withPool({ size: 1 }, async (rig) => {
      const tool = await toolOf(rig, () =>
        rig.submit({ task: "runs-tool", args: args(rig, { next: "die" }) }),
      );
      await once(tool, "end");
    }));
});

suite("an error that no body catches", () => {
  test("fails the job it belongs to, as the user's", () =>
    withPool({ size: 1 }, async (rig) => {
      const [id, next] = rig.submit({ task: "throws-later", args: "{}" }, count(rig, 1));
      const error = await rig.error(id);
      assert.deepEqual([error.kind, error.message], ["user", "nobody catches this"]);
      await rig.value(next);
    }));

  for (const how of ["throw", "reject"]) {
    test(`of a job that has ended hurts no other (${how})`, () =>
      withPool({ size: 1 }, async (rig) => {
        const [first, second] = rig.submit(
          { task: "throws-after", args: args(rig, { how }) },
          { task: "waits-for-throw", args: args(rig) },
        );
        assert.equal(await rig.value(first), 1);
        assert.equal(await rig.value(second), "unharmed");
      }));
  }
});

suite("a job that computes", () => {
  test("holds up none of those that were given to its child", () =>
    withPool({ size: 2 }, async (rig) => {
      // The pool learns that these are short, and hands them out in long batches.
      for (const id of rig.submitMany(200, (n) => count(rig, n))) await rig.value(id);
      const busy = rig.submit({ task: "computes", args: args(rig, { until: "stop" }) });
      const others = rig.submitMany(300, (n) => count(rig, n + 200));
      for (const id of others) await rig.value(id);
      assert.deepEqual(rig.kinds(...busy), ["started"]);
      writeFileSync(join(rig.folder, "stop"), "");
      assert.equal(await rig.value(...busy), "done");
      assert.deepEqual(
        counted(rig),
        Array.from({ length: 500 }, (_, n) => n),
        "each ran exactly once",
      );
    }));

  test("holds up none that comes later", () =>
    withPool({ size: 2 }, async (rig) => {
      const busy = rig.submit({ task: "computes", args: args(rig, { until: "stop" }) });
      await until(() => existsSync(join(rig.folder, "computes")));
      await rig.value(...rig.submit(count(rig, 1)));
      assert.deepEqual(rig.kinds(...busy), ["started"]);
      writeFileSync(join(rig.folder, "stop"), "");
      assert.equal(await rig.value(...busy), "done");
    }));

  test("is killed when it does not hear its cancellation; the job behind it is done once", () =>
    withPool({ size: 1 }, async (rig) => {
      const [busy, next] = rig.submit(
        { task: "computes", args: args(rig, { until: "never" }) },
        count(rig, 1),
      );
      await until(() => existsSync(join(rig.folder, "computes")));
      rig.executor.cancel([busy], 20);
      assert.equal((await rig.error(busy)).kind, "cancelled");
      await rig.value(next);
      assert.deepEqual(counted(rig), [1]);
    }));

  test("is killed when its time is up, as a resource failure", () =>
    withPool({ size: 1, timeoutGraceMs: 20 }, async (rig) => {
      const spec = { timeoutMs: 50 };
      const error = await rig.error(
        ...rig.submit({ task: "computes", args: args(rig, { until: "never" }), spec }),
      );
      assert.deepEqual([error.kind, error.code], ["resource", "task-timed-out"]);
    }));

  test("leaves a job behind it free to be cancelled at once", () =>
    withPool({ size: 1 }, async (rig) => {
      const [busy, next] = rig.submit(
        { task: "computes", args: args(rig, { until: "stop" }) },
        count(rig, 1),
      );
      await until(() => existsSync(join(rig.folder, "computes")));
      rig.executor.cancel([next], 60_000);
      assert.equal((await rig.error(next)).kind, "cancelled");
      writeFileSync(join(rig.folder, "stop"), "");
      assert.equal(await rig.value(busy), "done");
      assert.equal(existsSync(join(rig.folder, "counts")), false);
    }));

  test("is killed though another behind it is cancelled meanwhile, which costs it nothing itself", () =>
    withPool({ size: 1 }, async (rig) => {
      const [busy, next, last] = rig.submit(
        { task: "computes", args: args(rig, { until: "never" }) },
        count(rig, 1),
        count(rig, 2),
      );
      await until(() => existsSync(join(rig.folder, "computes")));
      rig.executor.cancel([next], 0);
      assert.equal((await rig.error(next)).kind, "cancelled");
      assert.deepEqual(rig.kinds(busy), ["started"]);
      rig.executor.cancel([busy], 50);
      rig.executor.cancel([last], 60_000);
      assert.equal((await rig.error(busy)).kind, "cancelled");
      assert.equal((await rig.error(last)).kind, "cancelled");
    }));

  test("tells its processor time", () =>
    withPool({ size: 1 }, async (rig) => {
      const { usage } = await rig.ended(...rig.submit({ task: "spins", args: '{"wallMs":20}' }));
      assert.ok((usage.cpuMs ?? 0) > 0);
      assert.ok(usage.memorySource === "rusage" || usage.memorySource === "sampled");
    }));
});

suite("what a body writes into the talk with the pool", () => {
  const written: Readonly<Record<string, string>> = {
    "that is no JSON": "oops\n",
    "that is no message": '{"kind":"what"}\n',
    "that ends a job without an outcome": '{"kind":"ended","seq":0}\n',
    "that would end every process of the user": '{"kind":"group","group":1,"isAlive":true}\n',
    "that is no template": `${JSON.stringify({ kind: "expression", seq: 0, text: "{", outcome: { ok: true, result: { kind: "value", text: "" }, usage: { wallMs: 1 }, decks: [] } })}\n`,
  };
  for (const [how, text] of Object.entries(written)) {
    test(`costs its job and no other: what ${how}`, () =>
      withPool({ size: 1 }, async (rig) => {
        const [id, next] = rig.submit(
          { task: "writes-to-pool", args: JSON.stringify({ text }) },
          count(rig, 1),
        );
        const error = await rig.error(id);
        assert.deepEqual([error.kind, error.code], ["infrastructure", "process-lost"]);
        assert.match(error.message, /wrote into the talk with the pool/);
        await rig.value(next);
        assert.deepEqual(counted(rig), [1]);
      }));
  }

  test("about jobs that it does not have changes nothing", () =>
    withPool({ size: 1 }, async (rig) => {
      const text = '{"kind":"report","seq":77,"report":{"kind":"progress","fraction":1,"message":null}}\n';
      const [id] = rig.submit({
        task: "writes-to-pool",
        args: JSON.stringify({ text }),
        spec: { timeoutMs: 50 },
      });
      assert.equal((await rig.error(id)).code, "task-timed-out");
      assert.equal(rig.events.filter((event) => event.kind === "progress").length, 0);
    }));
});

suite("compiled code", () => {
  test("is kept for later children, and is no matter of tools", (t) =>
    withPool({ size: 1 }, async (rig) => {
      const before = process.env["XDG_CACHE_HOME"];
      t.after(() => {
        if (before === undefined) delete process.env["XDG_CACHE_HOME"];
        else process.env["XDG_CACHE_HOME"] = before;
      });
      process.env["XDG_CACHE_HOME"] = join(rig.folder, "cache");
      const call = { task: "environment", args: '{"name":"NODE_COMPILE_CACHE"}' };
      assert.equal(await rig.value(...rig.submit(call)), null);
      await rig.executor.close();
      const [version = ""] = readdirSync(join(rig.folder, "cache/ligase/compiled"));
      assert.ok(readdirSync(join(rig.folder, "cache/ligase/compiled", version)).length > 50);
    }));
});

suite("a file that cannot be loaded", () => {
  test("fails the jobs with the user's error, and again when asked again", () =>
    withPool({ entry: fixture("throws-at-import.ts") }, async (rig) => {
      for (const round of [1, 2]) {
        const ids = rig.submitMany(5, () => ({ task: "any", args: "{}" }));
        for (const id of ids) {
          const error = await rig.error(id);
          assert.equal(error.kind, "misuse", `round ${round}`);
          assert.match(
            `${error.message}\n${error.stack}`,
            /no reference genome configured[^]*throws-at-import\.ts/,
          );
        }
      }
    }));

  test("because it ends the process says so, with its last words", () =>
    withPool({ entry: fixture("exits-at-import.ts") }, async (rig) => {
      const error = await rig.error(...rig.submit({ task: "any", args: "{}" }));
      assert.deepEqual([error.kind, error.code], ["misuse", "workflow-file-failed"]);
      assert.match(error.message, /exit code 7.*not in this house/);
    }));
});

suite("what user code prints", () => {
  test("goes to the log of its job, and never into the talk with the pool", () =>
    withPool({ size: 1 }, async (rig) => {
      const ids = rig.submit(
        { task: "prints", args: '{"name":"a"}' },
        { task: "prints", args: '{"name":"b"}' },
      );
      for (const [index, id] of ids.entries()) {
        const name = "ab"[index];
        assert.equal(await rig.value(id), null);
        assert.equal(readLog(rig, id, "stdout"), `${name} says {"kind":"ended","seq":0}\n${name} goes on\n`);
        assert.equal(readLog(rig, id, "stderr"), `${name} complains\n`);
      }
    }));

  test("the environment of a job is that of its process, as long as it runs", () =>
    withPool({ size: 1 }, async (rig) => {
      const call = { task: "environment", args: '{"name":"POOL_TEST_LEVEL"}' };
      const [first, second] = rig.submit({ ...call, spec: { env: { POOL_TEST_LEVEL: "high" } } }, call);
      assert.deepEqual([await rig.value(first), await rig.value(second)], ["high", null]);
    }));
});

suite("a pool that is warmed up", () => {
  test("has a child before there is a job, and gives it the first one", async (t) => {
    let pool: ProcessExecutor | undefined;
    const entry = fixture("notes-import.ts");
    const rig = new FunctionRig(
      (setup) => (pool = createProcessExecutor({ ...setup, name: "process", entry })),
    );
    const imports = join(rig.folder, "imports");
    process.env["POOL_TEST_IMPORTS"] = imports;
    t.after(() => delete process.env["POOL_TEST_IMPORTS"]);
    pool?.warmUp();
    pool?.warmUp();
    await until(() => existsSync(imports));
    const pid = await rig.value(...rig.submit({ task: "tells-process", args: "{}" }));
    assert.equal(readFileSync(imports, "utf8"), `${String(pid)}\n`);
    await rig.close();
  });
});

suite("an engine that is killed", () => {
  test("leaves no child that computes, no tool and no file", async () => {
    const { rig, start, temporary } = dyingEngine((setup) => [
      setup.spec({ task: "computes", args: args(setup, { until: "never" }) }),
      setup.spec({ task: "runs-tool", args: args(setup, { next: "compute" }) }),
    ]);
    const engine = Promise.withResolvers<ChildProcess>();
    const tool = await toolOf(rig, () => engine.resolve(start()));
    await until(() => existsSync(join(rig.folder, "computes")));
    const child = Number(readFileSync(join(rig.folder, "computes.pid"), "utf8"));
    (await engine.promise).kill("SIGKILL");
    await once(tool, "end");
    await until(() => !isAlive(child));
    await until(() => processesWith(temporary).length === 0);
    assert.deepEqual(readdirSync(temporary), []);
  });

  test("leaves no child that has just been started, and no file", async () => {
    const { start, temporary } = dyingEngine((rig) => [rig.spec(count(rig, 1))]);
    const engine = start();
    await until(() => processesWith(temporary).some((pid) => pid !== engine.pid));
    engine.kill("SIGKILL");
    await until(() => processesWith(temporary).length === 0);
    assert.deepEqual(readdirSync(temporary), []);
  });
});

/** A process with a pool that is given jobs, and a folder for what it leaves in the common temporary one. */
function dyingEngine(jobs: (rig: FunctionRig) => readonly object[]) {
  const rig = new FunctionRig(() =>
    createProcessExecutor({ name: "process", entry: "", files: noFiles, listener: () => undefined }),
  );
  after(() => rig.close());
  const temporary = join(rig.folder, "temporary");
  mkdirSync(temporary);
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      [fixture("dying-engine.ts"), fixture("hard-tasks.ts"), JSON.stringify(jobs(rig))],
      { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, TMPDIR: temporary } },
    );
  return { rig, start, temporary };
}

/** Live processes that have the folder as their place for temporary files. */
function processesWith(temporary: string): readonly number[] {
  const pids = existsSync("/proc")
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];
  return pids.filter((pid) => isAlive(pid) && environmentOf(pid).includes(`TMPDIR=${temporary}\0`));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

const noFiles: ProcessExecutorOptions["files"] = { identify: (value) => Promise.resolve(value) };

async function withPool(
  options: Partial<ProcessExecutorOptions>,
  body: (rig: FunctionRig) => Promise<void>,
): Promise<void> {
  const rig = new FunctionRig((setup) =>
    createProcessExecutor({ ...setup, name: "process", entry: fixture("hard-tasks.ts"), ...options }),
  );
  try {
    await body(rig);
  } finally {
    await rig.close();
  }
}

const args = (rig: FunctionRig, more: object = {}): string => JSON.stringify({ folder: rig.folder, ...more });

const count = (rig: FunctionRig, n: number) => ({ task: "counts", args: args(rig, { n }) });

const counted = (rig: FunctionRig): number[] =>
  readFileSync(join(rig.folder, "counts"), "utf8")
    .trim()
    .split("\n")
    .map(Number)
    .toSorted((a, b) => a - b);

const readLog = (rig: FunctionRig, id: string, stream: string): string =>
  readFileSync(join(rig.folderOf(id), ".ligase", stream), "utf8");

/** Turns of the loop until another process has done its part. */
async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await nextTurn();
}

/** The output of the tool of a job, once the tool runs; it ends when the last process of the tool is gone. */
async function toolOf(rig: FunctionRig, submit: () => unknown): Promise<NodeJS.ReadableStream> {
  const pipe = join(rig.folder, "alive");
  await once(spawn("mkfifo", [pipe]), "exit");
  const output = createReadStream(pipe);
  submit();
  await once(output, "data");
  writeFileSync(join(rig.folder, "heard"), "");
  return output.resume();
}

/** A process that has ended but was not yet waited for counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
