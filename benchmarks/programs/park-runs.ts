import type { ParkInput } from "../measuring/gates.ts";
import { lookWhileIdle } from "./gates/idle.ts";
import { LigaseGates } from "./gates/ligase.ts";

/** Launches runs that wait, and tells what the process holds of them when enough have left memory. */
const { root, file, runs, parked, idleMs } = JSON.parse(process.argv[2] ?? "") as ParkInput;
const gates = await LigaseGates.open(root, file);
const haveLeft = gates.parked.more(parked);
await gates.startMany(runs);
await haveLeft;
process.stdout.write(JSON.stringify(await lookWhileIdle(idleMs, null)));
await gates.engine.close();
