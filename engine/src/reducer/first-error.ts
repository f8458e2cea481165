import type { JobError, Operation } from "@ligase/sdk/internal";
import { ACTIVE, errorOf, find, HEAD, type Cell, type Frame } from "./cell.ts";
import { MapList } from "./map-list.ts";

/**
 * C1: of the errors that are known and sure to reach a cell, the first in template order; null when there is none. A run
 * that stops early has not settled: it reports the first error of what it has looked at, not of what failed first.
 */
export function firstKnownError(root: Cell): JobError | null {
  const seen = new Set<Cell>();
  const stack = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const cell = find(next);
    if (seen.has(cell)) continue;
    seen.add(cell);
    const error = errorOf(cell);
    if (error !== null) return error;
    stack.push(...partsOf(cell).toReversed());
  }
  return null;
}

/** What a cell waits for, in template order, as far as somebody asked for it. */
function partsOf(cell: Cell): readonly Cell[] {
  if (cell.status === HEAD) {
    const { structure } = cell;
    if (structure instanceof MapList) return structure.openParts;
    return Array.from({ length: structure.size }, (_, index) => structure.part(index));
  }
  if (cell.status !== ACTIVE || cell.frame === null) return [];
  const frame: Frame = cell.frame;
  return operandsOf(frame.node(cell.node)).map((index) => frame.at(index));
}

/** The operands whose errors pass on to an operation; a handler's and a settled list's do not. */
function operandsOf(node: Operation): readonly number[] {
  switch (node.op) {
    case "list":
    case "record":
    case "seq":
      return node.items;
    case "primitive":
    case "rows":
      return node.operands;
    case "get":
      return [node.base];
    case "call":
      return [node.args];
    case "apply":
      return [node.callee, ...node.args];
    case "partial":
      return [node.callee, node.args];
    case "map":
      return [node.items];
    case "reduce":
      return [node.items, node.initial];
    case "after":
      return node.waits;
    case "gate":
      return [node.value, node.question, node.evidence];
    case "fail":
      return [node.message];
    default:
      return [];
  }
}
