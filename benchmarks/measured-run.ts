import { openEngine } from "@ligase/engine";
import type { Launch } from "./measure.ts";

const { root, file, name, args, check, warm } = JSON.parse(process.argv[2] ?? "") as Launch & {
  root: string;
};
const engine = openEngine({ root });
await engine.load(file);
if (warm) await finish("proof");
const start = performance.now();
await finish(check);
const seconds = (performance.now() - start) / 1000;
await engine.close();
process.stdout.write(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));

async function finish(mode: Launch["check"]): Promise<void> {
  const run = await engine.launch({ file, name, args, check: mode });
  const end = await run.ended;
  if (end.status !== "succeeded") throw new Error(`${name} ${end.status}: ${end.error?.message}`);
}
