import { ACTIVE, find, type Cell } from "./cell.ts";
import { misuse } from "./failures.ts";
import type { Reduction } from "./reduction.ts";

/**
 * Finds calls that wait for themselves (C4). Looked for only when nothing runs and nothing is due: equal calls are
 * linked to the pending one, so a cycle must pass through a pending call. Each one found fails with its cycle named.
 */
export function failCycles(reduction: Reduction): boolean {
  let found = false;
  for (const cell of reduction.pending.values()) {
    const cycle = cycleFrom(find(cell));
    if (cycle === null) continue;
    const start = cycle.find((at) => at.status === ACTIVE);
    if (start === undefined) continue;
    const names = cycle.map(nameOf).filter((name) => name !== null);
    const message = `A call waits for its own result: ${[...names, names[0] ?? ""].join(" → ")}.`;
    reduction.setFailed(start, misuse("call-waits-for-itself", message, "Give the inner call other arguments, so that it is another call."));
    found = true;
  }
  return found;
}

/** The cells on a way from a cell through what depends on it back to it. */
function cycleFrom(start: Cell): readonly Cell[] | null {
  const cameFrom = new Map<Cell, Cell>();
  const stack: Cell[] = [start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const waiter of [...(at.headWaiters ?? []), ...(at.wholeWaiters ?? [])]) {
      if (waiter.dependent === null) continue;
      const next = find(waiter.dependent);
      if (next === start) return wayBack(cameFrom, at, start);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      stack.push(next);
    }
  }
  return null;
}

function wayBack(cameFrom: ReadonlyMap<Cell, Cell>, last: Cell, start: Cell): readonly Cell[] {
  const way: Cell[] = [];
  for (let at: Cell | undefined = last; at !== undefined; at = at === start ? undefined : cameFrom.get(at)) way.push(at);
  return way;
}

function nameOf(cell: Cell): string | null {
  const node = cell.frame?.node(cell.node);
  return node?.op === "call" ? node.name : null;
}
