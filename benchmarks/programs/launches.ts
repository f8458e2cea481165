import { openEngine } from "@ligase/engine";
import type { Launch, LaunchesInput, Measured } from "../measuring/launches.ts";

const { root, file, launches } = JSON.parse(process.argv[2] ?? "") as LaunchesInput;
const engine = openEngine({ root });
await engine.load(file);
const seconds: number[] = [];
for (const launch of launches) seconds.push(await secondsOf(launch));
await engine.close();
const measured: Measured = { seconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(JSON.stringify(measured));

async function secondsOf({ name, args, check }: Launch): Promise<number> {
  const start = performance.now();
  const run = await engine.launch({ file, name, args, check });
  const end = await run.ended;
  if (end.status !== "succeeded") throw new Error(`${name} ${end.status}: ${end.error?.message}`);
  return (performance.now() - start) / 1000;
}
