import { LigaseError } from "@ligase/sdk";
import { ACTIVE, find, type Cell } from "./cell.ts";
import { thrown } from "./failures.ts";
import type { Reduction } from "./reduction.ts";

/** Calls of a cycle that its error names. */
const MAX_NAMES = 12;

/**
 * Finds calls that wait for themselves (C4). Looked for only when nothing runs and nothing is due: equal calls are
 * linked to the pending one, so a cycle must pass through a pending call. Each one found fails with its cycle named.
 */
export function failCycles(reduction: Reduction): boolean {
  const cycles = findCycles([...reduction.pending.values()].map(find));
  const names = cycles.length === 0 ? null : pendingNames(reduction);
  for (const cycle of cycles) {
    const start = cycle.find((at) => at.status === ACTIVE);
    // Another cycle through the same cell may have failed it already.
    if (start !== undefined)
      failCycle(
        reduction,
        start,
        cycle.flatMap((at) => [...(names?.get(at) ?? []), ...ownName(at)]),
      );
  }
  return cycles.length > 0;
}

/** Fails a cell that waits for itself by way of these calls, the outermost first. */
export function failCycle(reduction: Reduction, cell: Cell, calls: readonly string[]): void {
  const shown = calls.length > MAX_NAMES ? [...calls.slice(0, MAX_NAMES), "…"] : calls;
  const cycle = [...shown, calls[0] ?? ""].join(" → ");
  reduction.setFailed(cell, thrown(new LigaseError("call-waits-for-itself", { cycle })));
}

interface Visit {
  readonly cell: Cell;
  readonly dependents: readonly Cell[];
  next: number;
}

/** Cycles among cells, each with what waits before what it waits for: one search in depth, each cell visited once. */
function findCycles(starts: readonly Cell[]): readonly (readonly Cell[])[] {
  const cycles: (readonly Cell[])[] = [];
  const visited = new Set<Cell>();
  for (const start of starts) {
    const path: Visit[] = [];
    const onPath = new Set<Cell>();
    const enter = (cell: Cell): void => {
      if (onPath.has(cell)) cycles.push(cycleOf(path, cell));
      if (visited.has(cell)) return;
      visited.add(cell);
      onPath.add(cell);
      path.push({ cell, dependents: dependentsOf(cell), next: 0 });
    };
    enter(start);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const dependent = visit.dependents[visit.next++];
      if (dependent !== undefined) enter(dependent);
      else onPath.delete((path.pop() as Visit).cell);
    }
  }
  return cycles;
}

function dependentsOf(cell: Cell): readonly Cell[] {
  const waiters = [...(cell.headWaiters ?? []), ...(cell.wholeWaiters ?? [])];
  return waiters.flatMap(({ dependent }) => (dependent === null ? [] : [find(dependent)]));
}

function cycleOf(path: readonly Visit[], first: Cell): readonly Cell[] {
  const from = path.findIndex(({ cell }) => cell === first);
  const cells = path.slice(from).map(({ cell }) => cell);
  return [first, ...cells.slice(1).toReversed()];
}

/** The calls that are pending at a cell: those whose expression it is, from the outermost. */
function pendingNames(reduction: Reduction): ReadonlyMap<Cell, readonly string[]> {
  const names = new Map<Cell, string[]>();
  for (const cell of reduction.pending.values()) {
    const at = find(cell);
    if (at === cell) continue;
    names.set(at, [...(names.get(at) ?? []), ...ownName(cell)]);
  }
  return names;
}

/** The name of the task or workflow that a cell calls, if it is a call. */
export function ownName(cell: Cell): readonly string[] {
  const node = cell.frame?.node(cell.node);
  return node?.op === "call" ? [node.name] : [];
}
