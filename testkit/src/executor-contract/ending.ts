import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { processGone, type ExecutorCases } from "./rig.ts";

/** Tells the test the pids of processes that ignore TERM, one of them in a group of its own. */
const STUBBORN = (said: string): string => `
  trap '' TERM
  bash -c 'trap "" TERM; while :; do sleep 1; done' & one=$!
  timeout 1000 bash -c 'trap "" TERM; while :; do sleep 1; done' & two=$!
  echo "$BASHPID $one $two" >'${said}'
  wait`;

/** Leaves three processes in the background that a hang-up, the script's group and its session do not reach. */
const ESCAPES = (said: string): string => `
  nohup sleep 1000 >/dev/null 2>&1 & one=$!
  setsid bash -c 'trap "" TERM HUP; while :; do sleep 1; done' >/dev/null 2>&1 & two=$!
  three=$( (setsid sleep 1000 >/dev/null 2>&1 & echo $!) )
  echo "$one $two $three" >'${said}'`;

export const endingCases: ExecutorCases = {
  "a time-out ends all processes of the script, also those that ignore TERM": async (rig) => {
    const said = rig.pipe("said");
    const spec = rig.job({ command: STUBBORN(said), timeoutMs: 1000 });
    rig.executor.submit([spec]);
    const pids = await pidsFrom(said);
    const { error } = await rig.ended(spec);
    assert.deepEqual([error.kind, error.code], ["resource", "script-timed-out"]);
    assert.match(error.message, /time-out of 1000 ms/);
    await Promise.all(pids.map(processGone));
  },

  "cancelling ends all processes of the script, after the grace also those that ignore TERM": async (rig) => {
    const said = rig.pipe("said");
    const spec = rig.job({ command: STUBBORN(said) });
    rig.executor.submit([spec]);
    const pids = await pidsFrom(said);
    rig.executor.cancel([spec.id], 50);
    const { error } = await rig.ended(spec);
    assert.deepEqual([error.kind, error.code], ["cancelled", "script-cancelled"]);
    await Promise.all(pids.map(processGone));
  },

  "a child has the grace to clean up, although the shell is gone before": async (rig) => {
    const [said, hold] = [rig.pipe("said"), rig.pipe("hold")];
    const child = `trap "echo cleaned >&2; exit" TERM; echo >'${said}'; while :; do read -r _ <>'${hold}'; done`;
    const spec = rig.job({ command: `bash -c '${child.replaceAll("'", `'\\''`)}'; echo never` });
    rig.executor.submit([spec]);
    await readFile(said);
    rig.executor.cancel([spec.id], 60_000);
    const ended = await rig.ended(spec);
    assert.equal(ended.error.kind, "cancelled");
    assert.equal(ended.error.details?.["stderrTail"], "cleaned");
  },

  "a script that is only stopped goes on being waited for, and can be cancelled": async (rig) => {
    const said = rig.pipe("said");
    const spec = rig.job({ command: `echo "$BASHPID" >'${said}'; kill -STOP "$BASHPID"; sleep 1000` });
    rig.executor.submit([spec]);
    const pids = await pidsFrom(said);
    rig.executor.cancel([spec.id], 60_000);
    assert.equal((await rig.ended(spec)).error.kind, "cancelled");
    await Promise.all(pids.map(processGone));
  },

  "what a script leaves in the background is ended with it": async (rig) => {
    const ended = await rig.run({
      command: `bash -c 'trap "" TERM HUP; while :; do sleep 1; done' >/dev/null 2>&1 & echo "$!"; timeout 1000 sleep 1000 & echo "$!"`,
    });
    const pids = String(ended.value).split("\n").map(Number);
    assert.equal(pids.length, 2);
    await Promise.all(pids.map(processGone));
  },

  "what a script leaves in the background is ended although it ignores hang-ups, left the session or became a daemon":
    async (rig) => {
      const said = rig.pipe("said");
      const spec = rig.job({ command: `${ESCAPES(said)}; sleep 0.01` });
      rig.executor.submit([spec]);
      const pids = await pidsFrom(said);
      assert.ok((await rig.ended(spec)).outcome.ok);
      assert.equal(pids.length, 3);
      await Promise.all(pids.map(processGone));
    },

  "cancelling ends also what left the script's session": async (rig) => {
    const said = rig.pipe("said");
    const spec = rig.job({ command: `${ESCAPES(said)}; sleep 1000` });
    rig.executor.submit([spec]);
    const pids = await pidsFrom(said);
    rig.executor.cancel([spec.id], 20);
    assert.equal((await rig.ended(spec)).error.kind, "cancelled");
    await Promise.all(pids.map(processGone));
  },

  "what left the session of one script is let alone when another ends": async (rig) => {
    const [said, hold] = [rig.pipe("said"), rig.pipe("hold")];
    const keeping = rig.job({
      command: `setsid sleep 1000 >/dev/null 2>&1 & echo "$!" >'${said}'; read -r _ <'${hold}'; kill -0 $!; kill $!`,
    });
    rig.executor.submit([keeping]);
    await pidsFrom(said);
    // Long enough for what it left to be looked for before its end is told.
    assert.ok((await rig.run({ command: "sleep 0.3; setsid true & true" })).outcome.ok);
    await rig.release(hold);
    assert.ok((await rig.ended(keeping)).outcome.ok);
  },

  "cancelled before it starts, a job ends as cancelled and runs nothing": async (rig) => {
    const input = { path: "a", source: await rig.file("a", "x") };
    const marks = [
      rig.job({ command: "echo ran >../ran" }),
      rig.job({ command: "echo ran >../ran", inputs: [input] }),
    ];
    const big = { cpu: 1e6, memoryBytes: 0, gpu: 0, diskBytes: 0 };
    const specs = marks.map((spec) => ({ ...spec, resources: big }));
    const [said, hold] = [rig.pipe("said"), rig.pipe("hold")];
    const first = rig.job({ command: `echo >'${said}'; read -r _ <'${hold}'` });
    rig.executor.submit([first]);
    await readFile(said);
    rig.executor.submit(specs);
    rig.executor.cancel(
      specs.map(({ id }) => id),
      1000,
    );
    for (const spec of specs) assert.equal((await rig.ended(spec)).error.kind, "cancelled");
    await rig.release(hold);
    await rig.ended(first);
    await assert.rejects(readFile(`${first.folder}/../ran`), { code: "ENOENT" });
  },

  "killed by another hand, a script failed for lack of resources": async (rig) => {
    for (const command of ["kill -KILL $$", "bash -c 'kill -KILL \"$$\"'"]) {
      const { error, outcome } = await rig.run({ command });
      assert.deepEqual([error.kind, error.code], ["resource", "script-killed"]);
      assert.deepEqual([outcome.usage.exitSignal, outcome.usage.exitCode], ["SIGKILL", 137]);
    }
  },

  "ended by another signal, a script failed by itself": async (rig) => {
    const { error } = await rig.run({ command: "yes | head -n 1 >/dev/null" });
    assert.deepEqual(
      [error.kind, error.code, error.details?.["exitSignal"]],
      ["user", "script-ended-by-signal", "SIGPIPE"],
    );
  },
};

async function pidsFrom(pipe: string): Promise<readonly number[]> {
  return (await readFile(pipe, "utf8")).trim().split(" ").map(Number);
}
