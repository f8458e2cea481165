import { openEngine } from "@ligase/engine";
import type { RunsInput } from "../measuring/runs.ts";

const { root, file, runs, atOnce } = JSON.parse(process.argv[2] ?? "") as RunsInput;
const engine = openEngine({ root });
await engine.load(file);
await launchAll(0, Math.ceil(runs / 10));
const start = performance.now();
await launchAll(runs, 2 * runs);
process.stdout.write(JSON.stringify((performance.now() - start) / 1000));
await engine.close();

async function launchAll(from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  if (atOnce) await Promise.all(numbers.map(launch));
  else for (const x of numbers) await launch(x);
}

async function launch(x: number): Promise<void> {
  const run = await engine.launch({ file, name: "one-step", args: { x }, check: "none" });
  const { status } = await run.ended;
  if (status !== "succeeded") throw new Error(`A run of one step ${status}.`);
}
