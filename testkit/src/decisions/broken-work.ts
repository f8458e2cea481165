import type { DecisionRows, EntryRow, GateRow } from "./decision-rows.ts";
import type { PlannedGate } from "./planned-gate.ts";
import type { LeaseRow, WorkRow, WorkRows } from "./work-rows.ts";

/** What does not hold of the tasks for workers that a store has: lines, leases, and the gates that they decide. */
export function brokenWork(
  work: WorkRows,
  rows: DecisionRows,
  { planned, setBackMs }: { planned: (name: string) => PlannedGate | undefined; setBackMs: number },
): readonly string[] {
  return rows.gates
    .filter(({ kind }) => kind === "external")
    .flatMap((gate) => {
      const task = work.tasks.find((one) => one.gate === gate.id);
      const leases = work.leases.filter((one) => one.gate === gate.id);
      const plan = planned(gate.name)?.work;
      if (task === undefined || plan == null) return [`gate ${gate.path} has no task for workers`];
      const entries = rows.entries.filter(({ subject }) => subject === gate.id);
      const broken = [
        ...brokenState({ task, gate, leases }),
        ...brokenLeases(leases, setBackMs),
        ...brokenCounts({ task, leases, entries }, plan.retries),
        ...brokenDecision({ gate, leases }),
      ];
      return broken.map((what) => `the task of gate ${gate.path} ${what}`);
    });
}

interface Task {
  readonly task: WorkRow;
  readonly gate: GateRow;
  readonly leases: readonly LeaseRow[];
  readonly entries: readonly EntryRow[];
}

/** It is done when its gate is closed, and leased when somebody has its last lease. */
function* brokenState({ task, gate, leases }: Pick<Task, "task" | "gate" | "leases">): Generator<string> {
  if ((task.state === "done") !== (gate.status !== "open"))
    yield `is ${task.state}, and its gate is ${gate.status}`;
  const held = leases.filter(({ ending }) => ending === null);
  if (held.some(({ number }) => number !== task.leases)) yield "has a lease before the last that is held";
  if (held.length > 0 !== (task.state === "leased")) yield `is ${task.state}, and ${held.length} have it`;
  if (leases.length !== task.leases) yield `was leased ${task.leases} times, and has ${leases.length} leases`;
}

/** One after the other; none was lost before it was over. */
function* brokenLeases(leases: readonly LeaseRow[], setBackMs: number): Generator<string> {
  for (const [index, { number, leasedAt, lastsMs, endedAt, ending }] of leases.entries()) {
    if (number !== index + 1) yield `has lease ${number} in place ${index + 1}`;
    const before = leases[index - 1];
    if (before?.endedAt != null && leasedAt + setBackMs < before.endedAt)
      yield "was given out before its lease ended";
    if (ending === "lost" && (endedAt ?? 0) + setBackMs < leasedAt + lastsMs)
      yield "was taken back before its lease was over";
  }
}

/** How often it was lost, set aside, put back, and tried again. */
function* brokenCounts(
  { task, leases, entries }: Pick<Task, "task" | "leases" | "entries">,
  retries: number,
): Generator<string> {
  const lost = leases.filter(({ ending }) => ending === "lost").length;
  const failed = leases.filter(({ ending }) => ending === "failed").length;
  const aside = entries.filter(({ action }) => action === "set-aside").length;
  const putBack = entries.filter(({ action }) => action === "put-back").length;
  if (task.failures > retries || failed - task.failures > 1 || failed < task.failures)
    yield `was given up ${failed} times, and tried again ${task.failures} of ${retries} times`;
  if (failed > task.failures && task.state !== "done") yield "was given up for good, and is not over";
  if (lost !== putBack * task.maxLost + task.lost)
    yield `lost ${lost} leases, and counts ${task.lost} of ${task.maxLost}`;
  const isAside = aside === putBack + 1;
  if (aside - putBack > 1 || aside < putBack)
    yield `was set aside ${aside} times and put back ${putBack} times`;
  if (isAside !== task.lost >= task.maxLost)
    yield `lost ${task.lost} leases and was set aside ${aside} times`;
  if (task.state !== "done" && isAside !== (task.state === "aside")) yield `is ${task.state}`;
}

/** Whoever decided it had it: the worker whose lease ended so. */
function* brokenDecision({ gate, leases }: Pick<Task, "gate" | "leases">): Generator<string> {
  const { decision } = gate;
  const completed = leases.filter(({ ending }) => ending === "completed");
  if (decision === null || decision.outcome === "expired") {
    if (completed.length > 0) yield "was completed, and its gate was not decided by that";
    return;
  }
  const ending = decision.outcome === "failed" ? "failed" : "completed";
  const last = leases.at(-1);
  if (last?.worker !== decision.worker || last?.by !== decision.by || last?.ending !== ending)
    yield `is ${decision.outcome} by ${decision.worker ?? "nobody"}, and ${last?.worker ?? "nobody"} had it last`;
  if (completed.length > 1) yield "was completed twice";
}
