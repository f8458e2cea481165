import { openItems } from "@ligase/engine/reader";
import type { GatesInput, Opened } from "../measuring/gates.ts";
import { LigaseGates } from "./gates/ligase.ts";

/** Opens an engine on gates that wait, and asks the first things of it. */
const PAGE = 50;

const { root, file } = JSON.parse(process.argv[2] ?? "") as GatesInput;
const start = performance.now();
const gates = await LigaseGates.open(root, file);
const ready = performance.now();
globalThis.gc?.();
const bytes = process.memoryUsage().rss;

const asked = performance.now();
const [item] = openItems(gates.engine.inspect).take(PAGE).toArray();
const shown = performance.now();
if (item !== undefined)
  gates.engine.decide({ run: item.run.id, gate: item.gate.id, outcome: "approved", by: "ana" });
const decided = performance.now();
const opened: Opened = {
  bytes,
  ready: (ready - start) / 1000,
  inbox: (shown - asked) / 1000,
  decision: (decided - shown) / 1000,
};
process.stdout.write(JSON.stringify(opened));
await gates.engine.close();
