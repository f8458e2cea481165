import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { readProc } from "./processes.ts";
import { childCpuMs, descendants, residentBytes } from "./usage.ts";

test("cpu time of children is read from the second line of times, in any locale", () => {
  assert.equal(childCpuMs(["0m9.000s 0m9.000s", "1m2.345s 0m0.055s"]), 62_400);
  assert.equal(childCpuMs(["0m9,000s 0m9,000s", "0m0,001s 0m0,002s"]), 3);
  assert.equal(childCpuMs(["times: error"]), null);
  assert.equal(childCpuMs([]), null);
});

test(
  "memory is that of all descendants, at its peak where one had more before",
  { skip: process.platform !== "linux" },
  async () => {
    const program = `
    let kept = Buffer.alloc(200 * 2 ** 20, 1);
    kept = null;
    gc();
    console.log("ready");
    process.stdin.resume();`;
    const shell = spawn("bash", ["-c", `"$0" --expose-gc -e "$1"; true`, process.execPath, program], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(shell.stdout, "data");
    const bytes = residentBytes(shell.pid ?? 0) ?? 0;
    shell.stdin.end();
    await once(shell, "exit");
    assert.ok(bytes > 200 * 2 ** 20, String(bytes));
    assert.equal(residentBytes(shell.pid ?? 0), null);
  },
);

test("memory is also that of what a thread started", { skip: process.platform !== "linux" }, async () => {
  // A child of a thread is listed with that thread alone.
  const program = `
    const { Worker } = require("node:worker_threads");
    new Worker('require("node:child_process").spawn("sleep", ["1000"]).once("spawn", () => console.log("ready"))', { eval: true });`;
  const parent = spawn("bash", ["-c", `"$0" -e "$1"; true`, process.execPath, program], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  await once(parent.stdout, "data");
  const names = descendants(parent.pid ?? 0).map((pid) => readProc(`${pid}/comm`)?.trim());
  process.kill(-(parent.pid ?? 0), "SIGKILL");
  await once(parent, "exit");
  assert.ok(names.includes("sleep"), String(names));
});
