import type { Operation } from "@ligase/sdk/internal";
import { errorOf, FAILED, find, HEAD, knownCell, partOrigin, WHOLE, type Cell } from "../cell.ts";
import { misuse } from "../failures.ts";
import type { Reduction } from "../reduction.ts";
import { rowOperators, type RowsResult } from "../row-operators.ts";
import { itemCell, listLength, RecordParts } from "../structure.ts";
import { failWithFirst, frameOf, headOf, wholeCells } from "./operands.ts";

type RowsNode = Extract<Operation, { op: "rows" }>;

/**
 * A row operator forces the shape of its rows and the named fields of all of them, and nothing else (C5): a group
 * starts when its members are ready.
 */
export function rows(reduction: Reduction, cell: Cell, node: RowsNode): void {
  const operator = rowOperators[node.operator];
  if (operator === undefined)
    return reduction.setFailed(
      cell,
      misuse("operator-unknown", `The operator ${node.operator} is not known to this version.`),
    );
  const operands = headCells(reduction, cell, node);
  if (operands === null) return;
  const plainFrom = operands.length - operator.plain;
  const lists: Cell[][] = [];
  for (const operand of operands.slice(0, plainFrom)) {
    const list = itemsOf(reduction, cell, node.operator, operand);
    if (list === null) return;
    lists.push(list);
  }
  const plain = plainValues(reduction, cell, operands.slice(plainFrom));
  if (plain === null) return;
  if (operator.shapes && !shapesKnown(reduction, cell, lists)) return;
  const keyed = keyFields(reduction, cell, lists, operator.fields(node.options as never, plain));
  if (keyed === null) return;
  finish(reduction, cell, operator.apply({ lists, keys: keyed, plain, options: node.options as never }));
}

function headCells(reduction: Reduction, cell: Cell, node: RowsNode): readonly Cell[] | null {
  const frame = frameOf(cell);
  const cells: Cell[] = [];
  for (const index of node.operands) {
    const operand = headOf(reduction, cell, frame.at(index));
    if (operand === null) return null;
    if (operand.status === FAILED) {
      reduction.setFailed(cell, errorOf(operand) as never);
      return null;
    }
    cells.push(operand);
  }
  return cells;
}

function itemsOf(reduction: Reduction, cell: Cell, operator: string, list: Cell): Cell[] | null {
  const size = listLength(list);
  if (size !== null) return Array.from({ length: size }, (_, index) => itemCell(list, index));
  reduction.setFailed(cell, misuse("operator-not-applicable", `${operator} needs a list of rows.`));
  return null;
}

function plainValues(reduction: Reduction, cell: Cell, operands: readonly Cell[]): unknown[] | null {
  const cells = wholeCells(reduction, cell, operands);
  if (cells === null || failWithFirst(reduction, cell, cells)) return null;
  cell.memo = null;
  return cells.map((one) => one.value);
}

function shapesKnown(reduction: Reduction, cell: Cell, lists: readonly Cell[][]): boolean {
  for (const row of lists.flat()) reduction.wantHead(row);
  for (const row of lists.flat()) {
    const head = headOf(reduction, cell, row);
    if (head === null) return false;
    if (head.status === FAILED) {
      reduction.setFailed(cell, errorOf(head) as never);
      return false;
    }
  }
  return true;
}

/** The values of the key fields of every row, by list and row. */
function keyFields(
  reduction: Reduction,
  cell: Cell,
  lists: readonly Cell[][],
  fields: readonly string[] | null,
): unknown[][][] | null {
  if (fields === null) return lists.map((list) => list.map(() => []));
  if (!shapesKnown(reduction, cell, lists)) return null;
  const cells = lists.map((list) => list.map((row) => fields.map((field) => fieldCell(find(row), field))));
  const all = cells.flat(2);
  for (const field of all) reduction.wantWhole(field);
  for (const field of all) {
    const settled = wholeCells(reduction, cell, [field]);
    cell.memo = null;
    if (settled === null || failWithFirst(reduction, cell, settled)) return null;
  }
  return cells.map((list) => list.map((row) => row.map((field) => find(field).value)));
}

/** One field of a row; null when the row does not have it. */
export function fieldCell(row: Cell, field: string): Cell {
  if (row.status === HEAD && row.structure instanceof RecordParts)
    return row.structure.field(field) ?? knownCell(null, null);
  if (
    row.status === WHOLE &&
    typeof row.value === "object" &&
    row.value !== null &&
    Object.hasOwn(row.value, field)
  ) {
    return knownCell((row.value as Record<string, unknown>)[field], partOrigin(row.origin, field));
  }
  return knownCell(null, null);
}

function finish(reduction: Reduction, cell: Cell, result: RowsResult): void {
  if ("cell" in result) reduction.link(cell, result.cell);
  else if ("structure" in result) reduction.setHead(cell, result.structure);
  else if ("value" in result) reduction.setWhole(cell, result.value, null);
  else reduction.setFailed(cell, { kind: "user", name: "Error", ...result.problem });
}
