import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { sendSignal } from "./processes.ts";

const NOBODY = 65_534;

test("a process that is gone or another user's is no error to signal", () => {
  sendSignal(4_194_305, "SIGTERM");
  const module = new URL("./processes.ts", import.meta.url).href;
  const program = `import { sendSignal } from ${JSON.stringify(module)}; sendSignal(1, "SIGCONT"); console.log("fine");`;
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program];
  assert.equal(execFileSync(process.execPath, args, { encoding: "utf8", ...user }), "fine\n");
});
