import type { SettledCall } from "../reducer/effects.ts";
import type { Job } from "./job.ts";

/**
 * What settled in one turn, the calls below before those above: a job is recorded with all that is below it (C8). A
 * call and what it stands for settle at once, and the reducer tells of them in no such order.
 */
export function innermostFirst(
  settled: readonly SettledCall[],
  open: ReadonlyMap<number, Job>,
): readonly SettledCall[] {
  if (settled.length < 2) return settled;
  const waiting = new Map<Job, { readonly call: SettledCall; below: number }>();
  for (const call of settled) {
    const job = open.get(call.id);
    if (job !== undefined) waiting.set(job, { call, below: 0 });
  }
  for (const job of waiting.keys()) for (const above of callersOf(job, waiting)) above.below++;
  const ready = [...waiting.values()].filter(({ below }) => below === 0).map(({ call }) => call);
  // The list grows while it is walked: no recursion (R8).
  for (const { id } of ready) {
    const job = open.get(id) as Job;
    for (const above of callersOf(job, waiting)) if (--above.below === 0) ready.push(above.call);
    waiting.delete(job);
  }
  // Calls that wait for themselves are below each other; they failed, in any order.
  return [...ready, ...[...waiting.values()].map(({ call }) => call)];
}

function callersOf<T>(job: Job, among: ReadonlyMap<Job, T>): readonly T[] {
  return [job.parent, ...(job.otherParents ?? [])]
    .map((parent) => (parent === null ? undefined : among.get(parent)))
    .filter((found) => found !== undefined);
}
