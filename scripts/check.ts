// Everything that must hold before a change lands, in one command: `npm run check`. All steps run, whatever
// fails; the tests come last, so that the output ends with their summary.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The benchmarks run at a small size only to show that they still run; nothing is said about times. */
const STEPS = ["lint", "format:check", "typecheck", "unused", "errors:check", "build", "bench:small", "test"];
const ENTRY = "node scripts/entry.js ";
const ROOT = join(import.meta.dirname, "..");

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const failed = STEPS.filter((step) => !passes(step));
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(", ")}. Run one alone with \`npm run ${failed[0]}\`.`);
  process.exitCode = 1;
}

function passes(step: string): boolean {
  console.log(`\n== ${step}`);
  const startedMs = performance.now();
  const args = scripts[step]?.replace(ENTRY, "").split(" ") ?? [];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (step !== "test") console.log(`== ${step}: ${status === 0 ? "ok" : "FAILED"} in ${seconds} s`);
  return status === 0;
}
