import { simulate } from "./simulation.ts";
import type { SeedsReport, SeedsTask } from "./simulate-seeds.ts";

/*
 * A host process that simulates every n-th seed of a range, started by simulate-seeds.ts: its only argument is the task
 * as JSON, and it writes a report for each seed that breaks a rule, and one at the end, each as a line of JSON.
 */

const { from, count, every, areas, untilMs } = JSON.parse(process.argv[2] ?? "") as SeedsTask;
const report = (line: SeedsReport): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

let [seeds, steps, executions] = [0, 0, 0];
for (let seed = from; seed < from + count; seed += every) {
  if (untilMs !== null && Date.now() > untilMs) break;
  const simulated = await simulate(seed, { areas });
  seeds++;
  steps += simulated.steps;
  executions += simulated.executions;
  const { broken } = simulated;
  if (broken !== null) report({ kind: "broken", seed, rule: broken.rule, what: broken.message });
}
report({ kind: "end", seeds, steps, executions });
