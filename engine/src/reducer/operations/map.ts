import type { Operation } from "@ligase/sdk/internal";
import { errorOf, FAILED, headCell, type Cell, type FrameContext } from "../cell.ts";
import { misuse } from "../failures.ts";
import { MapList } from "../map-list.ts";
import type { Reduction } from "../reduction.ts";
import { listLength } from "../structure.ts";
import { settledItems, settledRecord } from "./control.ts";
import { frameOf, headOf, stepName } from "./operands.ts";

type MapNode = Extract<Operation, { op: "map" }>;

/** A `map` has its shape as soon as the length of its items is known; the items are opened when asked for. */
export function map(reduction: Reduction, cell: Cell, node: MapNode): void {
  if (cell.memo !== null) return settleMap(reduction, cell, node);
  const items = headOf(reduction, cell, frameOf(cell).at(node.items));
  if (items === null) return;
  if (items.status === FAILED) return reduction.setFailed(cell, errorOf(items) as never);
  const size = listLength(items);
  if (size === null) return reduction.setFailed(cell, misuse("operator-not-applicable", "map needs a list."));
  const list = mapList(reduction, cell, node, { items, size });
  if (node.minSuccess === undefined) return reduction.setHead(cell, list);
  cell.memo = headCell(list);
  settleMap(reduction, cell, node);
}

function mapList(
  reduction: Reduction,
  cell: Cell,
  node: MapNode,
  over: { readonly items: Cell; readonly size: number },
): MapList {
  const frame = frameOf(cell);
  return new MapList({
    ...over,
    template: node.body.template,
    captures: node.body.captures.map((index) => frame.at(index)),
    context: limited(reduction, frame.context, node.concurrency),
    label: () => stepName(frame, cell.node),
  });
}

function limited(reduction: Reduction, context: FrameContext, max: number | undefined): FrameContext {
  if (max === undefined) return context;
  return { ...context, limiter: { id: reduction.nextId(), max, up: context.limiter } };
}

/** With a minimum share of successes, nothing is released before every item is settled (C1). */
function settleMap(reduction: Reduction, cell: Cell, node: MapNode): void {
  const settled = settledItems(reduction, cell, cell.memo as Cell);
  if (settled === null) return;
  const failures = settled.map(errorOf).filter((error) => error !== null);
  const share = settled.length === 0 ? 1 : 1 - failures.length / settled.length;
  const first = failures[0];
  if (share < (node.minSuccess ?? 1) && first !== undefined) {
    return reduction.setFailed(cell, {
      ...first,
      message: `${failures.length} of ${settled.length} items failed, more than allowed; the first: ${first.message}`,
    });
  }
  if (failures.length > 0) reduction.effects.volatile.push(frameOf(cell).context.owner);
  reduction.setWhole(cell, settled.map(settledRecord), {
    kind: "parts",
    keys: null,
    origins: settled.map((item) => item.origin),
  });
}
