import type { WorkRow } from "./work-rows.ts";

/** What a worker asks for. */
export interface Wanted {
  /** In the order in which they are looked through. */
  readonly topics: readonly string[];
  readonly limit: number;
}

/** The tasks that a worker is to be given now, said once more from the rows alone: nothing of the engine is asked. */
export function nextInLine(
  tasks: readonly WorkRow[],
  { topics, limit }: Wanted,
  now: number,
): readonly string[] {
  const present = tasks.map((task) => ({ ...task, state: stateAt(task, now) }));
  const given: string[] = [];
  for (const topic of topics) {
    const ofTopic = present.filter((task) => task.topic === topic && task.state !== "done");
    const room =
      Math.min(...ofTopic.map((task) => task.limit ?? Infinity)) -
      ofTopic.filter(({ state }) => state === "leased").length;
    const ready = ofTopic
      .filter(({ state }) => state === "ready")
      .toSorted((a, b) => b.priority - a.priority || (a.gate < b.gate ? -1 : 1));
    const count = Math.max(0, Math.min(room, limit - given.length));
    given.push(...ready.slice(0, count).map(({ gate }) => gate));
  }
  return given;
}

/** What is over is in line again, or set aside when it was lost too often. */
function stateAt({ state, dueAt, lost, maxLost }: WorkRow, now: number): string {
  if (dueAt === null || dueAt > now) return state;
  if (state === "resting") return "ready";
  return lost + 1 >= maxLost ? "aside" : "ready";
}
