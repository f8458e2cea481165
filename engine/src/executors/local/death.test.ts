import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ExecutorRig, processGone, type SetUpExecutor } from "../../../../testkit/src/executor-contract.ts";
import { createIdentitiesInMemory } from "../../files/identities-in-memory.ts";
import { createLocalFileStore } from "../../files/local-file-store.ts";
import { createLocalExecutor, type LocalExecutor } from "./local.ts";

/** Processes that would go on for ever: one in another group, one in another session, and none that heeds TERM. */
const endless = (said: string): string => `
  trap '' TERM HUP INT
  sleep 1000 & one=$!
  timeout 1000 sleep 1000 & two=$!
  setsid sleep 1000 & three=$!
  echo "$BASHPID $one $two $three" >'${said}'
  wait`;

describe("the end of the engine and of its helper", () => {
  test("no script outlives an engine that is killed", async () => {
    await using rig = await ExecutorRig.make(setup);
    const { engine, helper, pids } = await startEngine(rig);
    engine.kill("SIGKILL");
    await Promise.all([...pids, helper].map(processGone));
  });

  test("no script outlives an engine and a helper that are killed together", async () => {
    await using rig = await ExecutorRig.make(setup);
    const { engine, helper, pids } = await startEngine(rig);
    process.kill(helper, "SIGKILL");
    engine.kill("SIGKILL");
    await Promise.all([...pids, helper].map(processGone));
  });

  test("an interrupt from the terminal is left to the engine", async () => {
    await using rig = await ExecutorRig.make(setup);
    const { engine, helper } = await startEngine(rig);
    assert.notEqual(await groupOf(helper), await groupOf(engine.pid ?? 0));
    engine.kill("SIGKILL");
    await processGone(helper);
  });

  test("when the helper dies its scripts are ended and lost to infrastructure, and the next script runs", async () => {
    let executor: LocalExecutor | null = null;
    await using rig = await ExecutorRig.make((place) => {
      const made = makeLocal(place);
      executor = made.executor;
      return made;
    });
    const said = rig.pipe("said");
    const spec = rig.job({ command: endless(said) });
    rig.executor.submit([spec]);
    const pids = await pidsFrom(said);
    process.kill((executor as LocalExecutor | null)?.helperPid ?? 0, "SIGKILL");
    const { error } = await rig.ended(spec);
    assert.deepEqual([error.kind, error.code], ["infrastructure", "script-lost"]);
    await Promise.all(pids.map(processGone));
    assert.equal((await rig.run({ command: "echo again" })).value, "again");
  });

  test("a script that kills its warm shell is lost to infrastructure, with all its processes", async () => {
    await using rig = await ExecutorRig.make(setup);
    const said = rig.pipe("said");
    const spec = rig.job({ command: `sleep 1000 & echo "$BASHPID $!" >'${said}'; kill -KILL "$PPID"; wait` });
    rig.executor.submit([spec]);
    const pids = await pidsFrom(said);
    const { error } = await rig.ended(spec);
    assert.deepEqual([error.kind, error.code], ["infrastructure", "script-lost"]);
    await Promise.all(pids.map(processGone));
    assert.equal((await rig.run({ command: "echo again" })).value, "again");
  });

  test("a daemon of a script that has ended does not outlive the engine", async () => {
    await using rig = await ExecutorRig.make(setup);
    const { outcome, value } = await rig.run({ command: "setsid sleep 1000 >/dev/null 2>&1 & echo $!" });
    assert.ok(outcome.ok);
    await rig.executor.close();
    await processGone(Number(value));
  });

  test("nothing of an earlier process is adopted", async () => {
    await using rig = await ExecutorRig.make(setup);
    const specs = [rig.job({ command: "true" }), rig.job({ command: "true" })];
    assert.deepEqual(
      await rig.executor.adopt(specs),
      specs.map(({ id }) => id),
    );
  });

  test("a machine without bash is an infrastructure failure", async () => {
    await using rig = await ExecutorRig.make((place) =>
      makeLocal(place, { environment: { PATH: "/nowhere" } }),
    );
    const { error } = await rig.run({ command: "true" });
    assert.deepEqual([error.kind, error.code], ["infrastructure", "script-lost"]);
    assert.match(error.message, /bash cannot be started/);
  });
});

function makeLocal(
  { root, listener }: Parameters<SetUpExecutor>[0],
  options: { readonly environment?: Readonly<Record<string, string>> } = {},
) {
  const files = createLocalFileStore({ root: join(root, "store"), identities: createIdentitiesInMemory() });
  return {
    files,
    executor: createLocalExecutor({ name: "local", files, listener, graceMs: 50, ...options }),
  };
}

const setup: SetUpExecutor = (place) => makeLocal(place);

interface RunningEngine {
  readonly engine: ChildProcess;
  readonly helper: number;
  readonly pids: readonly number[];
}

async function startEngine(rig: ExecutorRig): Promise<RunningEngine> {
  const said = rig.pipe("said");
  const jobs = join(rig.root, "jobs.json");
  await writeFile(jobs, JSON.stringify([rig.job({ command: endless(said) })]));
  const fixture = fileURLToPath(new URL("./engine.fixture.ts", import.meta.url));
  const engine = spawn(process.execPath, [fixture, join(rig.root, "other"), jobs], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [[helper], pids] = await Promise.all([
    once(engine.stdout, "data") as Promise<[Buffer]>,
    pidsFrom(said),
  ]);
  return { engine, helper: Number(helper), pids };
}

async function pidsFrom(pipe: string): Promise<readonly number[]> {
  return (await readFile(pipe, "utf8")).trim().split(" ").map(Number);
}

async function groupOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2];
}
