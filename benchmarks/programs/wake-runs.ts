import type { WakeInput, Woken } from "../measuring/gates.ts";
import { timeAll, timeAnswer } from "./gates/answers.ts";
import { LigaseGates } from "./gates/ligase.ts";

/** Answers runs that only the store has: one after another, then many at once, in lists and one by one. */
const { root, file, alone, together } = JSON.parse(process.argv[2] ?? "") as WakeInput;
const gates = await LigaseGates.open(root, file);
const runs = gates.find(alone + 2 * together);
const seconds: number[] = [];
for (const run of runs.slice(0, alone)) seconds.push(await timeAnswer(gates, run));
const woken: Woken = {
  alone: seconds,
  inLists: await gates.timeLists(runs.slice(alone, alone + together)),
  oneByOne: await timeAll(gates, runs.slice(alone + together)),
};
process.stdout.write(JSON.stringify(woken));
await gates.engine.close();
