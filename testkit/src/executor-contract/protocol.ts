import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { File } from "@ligase/sdk";
import { processGone, type ExecutorCases } from "./rig.ts";

export const protocolCases: ExecutorCases = {
  "a job starts once and ends once, in this order, and nothing is told from within submit": async (rig) => {
    const specs = Array.from({ length: 20 }, (_, index) =>
      rig.job({ command: index % 3 === 0 ? "exit 1" : "true" }),
    );
    rig.executor.submit([...specs, rig.job({ command: "true", env: { "not a name": "" } })]);
    assert.equal(rig.events.length, 0);
    await Promise.all(specs.map((spec) => rig.ended(spec)));
    for (const { id } of specs) {
      assert.deepEqual(
        rig.events.filter((event) => event.id === id).map(({ kind }) => kind),
        ["started", "ended"],
      );
    }
  },

  "capacity goes down with each job and comes back": async (rig) => {
    const free = rig.executor.capacity();
    assert.ok(free > 0);
    const hold = rig.pipe("hold");
    const specs = Array.from({ length: 5 }, () => rig.job({ command: `read -r _ <>'${hold}'` }));
    rig.executor.submit(specs);
    assert.equal(rig.executor.capacity(), free - 5);
    rig.executor.cancel(
      specs.map(({ id }) => id),
      0,
    );
    await Promise.all(specs.map((spec) => rig.ended(spec)));
    assert.equal(rig.executor.capacity(), free);
  },

  "usage tells exit code, wall time and, where known, cpu time and bytes": async (rig) => {
    const { outcome } = await rig.run({
      command: "i=0; while ((i < 100000)); do i=$((i + 1)); done; head -c 5M /dev/zero >zeros",
    });
    const { wallMs, cpuMs, bytesWritten, exitCode } = outcome.usage;
    assert.equal(exitCode, 0);
    assert.ok(wallMs > 0);
    assert.ok(cpuMs === undefined || cpuMs > 10);
    assert.ok(
      bytesWritten === undefined || (bytesWritten >= 5 * 2 ** 20 && bytesWritten < 6 * 2 ** 20),
      String(bytesWritten),
    );
  },

  "the memory that a script held is told, and whether it was sampled": async (rig) => {
    const { outcome } = await rig.run({
      command: `held=$(head -c 60M /dev/zero | tr '\\0' x); sleep 0.5; test "\${#held}" -eq 62914560`,
    });
    assert.ok(outcome.ok);
    const { peakMemoryBytes, memorySource } = outcome.usage;
    if (peakMemoryBytes === undefined) return assert.equal(memorySource, undefined);
    assert.ok(memorySource !== undefined);
    assert.ok(peakMemoryBytes > 60 * 2 ** 20, String(peakMemoryBytes));
  },

  "an input that cannot be staged fails its job, not others": async (rig) => {
    const source = await rig.file("gone", "x");
    const inside = await rig.run({ command: "true", inputs: [{ path: "../escape", source }] });
    assert.deepEqual([inside.error.kind, inside.error.code], ["misuse", "path-leaves-folder"]);
    const { name, size } = source;
    const lost = new File({
      name,
      size,
      digest: `sha256:${"0".repeat(64)}`,
      uri: "file:///surely/not/there",
    });
    const failed = await rig.run({ command: "true", inputs: [{ path: "gone", source: lost }] });
    assert.deepEqual([failed.error.kind, failed.error.code], ["infrastructure", "input-not-staged"]);
    assert.match(failed.error.message, /"gone"/);
    assert.equal((await rig.run({ command: "echo fine" })).value, "fine");
  },

  "closing ends what runs": async (rig) => {
    const said = rig.pipe("said");
    const spec = rig.job({ command: `trap '' TERM; sleep 1000 & echo "$BASHPID $!" >'${said}'; wait` });
    rig.executor.submit([spec]);
    const pids = (await readFile(said, "utf8")).trim().split(" ").map(Number);
    await rig.executor.close();
    assert.equal((await rig.ended(spec)).error.kind, "cancelled");
    assert.equal(rig.executor.capacity(), 0);
    await Promise.all(pids.map(processGone));
  },
};
