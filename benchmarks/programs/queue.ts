import { setTimeout } from "node:timers/promises";
import { openEngine } from "@ligase/engine";
import type { QueueInput, QueueMeasured } from "../rows/queue.ts";

/** Launches tasks of which none ends, waits until no more come in line, and tells what they hold. */
const LOOK_EVERY_MS = 100;
/** Looks with the same count after which nothing more comes. */
const STILL = 5;

const { root, file, width } = JSON.parse(process.argv[2] ?? "") as QueueInput;
const engine = openEngine({ root });
await engine.load(file);
const before = heldBytes();
const run = await engine.launch({ file, name: "fan-out-held", args: { width }, check: "none" });

let queued = 0;
for (let same = 0; same < STILL; same++) {
  await setTimeout(LOOK_EVERY_MS);
  const now = run.progress().tasks.find(({ task }) => task === "held")?.pending ?? 0;
  if (now !== queued || now === 0) same = 0;
  queued = now;
}
const measured: QueueMeasured = { queued, bytes: heldBytes() - before };
process.stdout.write(JSON.stringify(measured), () => process.exit());

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
