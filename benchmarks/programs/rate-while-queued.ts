import { openEngine } from "@ligase/engine";
import type { WhileQueuedInput } from "../rows/scripts.ts";

/** Seconds for some of a run's jobs to end while the rest of a long line waits; the run is cancelled then. */
const { root, file, name, args, skip, count } = JSON.parse(process.argv[2] ?? "") as WhileQueuedInput;
const engine = openEngine({ root });
await engine.load(file);
const run = await engine.launch({ file, name, args, check: "none" });
const seconds = await new Promise<number>((resolve) => {
  let [ended, start] = [0, 0];
  run.subscribe((event) => {
    if (event.kind !== "job-ended") return;
    ended++;
    if (ended === skip) start = performance.now();
    if (ended === skip + count) resolve((performance.now() - start) / 1000);
  });
});
run.cancel();
await run.ended;
await engine.close();
process.stdout.write(JSON.stringify(seconds), () => process.exit());
