import type { Closure, TemplateNode } from "@ligase/sdk/internal";
import {
  errorOf,
  find,
  isHeadSettled,
  isWholeSettled,
  type Cell,
  type Frame,
  type FrameContext,
  type PathStep,
} from "../cell.ts";
import { OpenFrame } from "../frame.ts";
import { OperandWait, type Reduction } from "../reduction.ts";

/** The frame of a cell that stands for a node. */
export function frameOf(cell: Cell): Frame {
  if (cell.frame === null) throw new Error("A known cell has no operation.");
  return cell.frame;
}

/** Operand cells once all are settled to the bottom; until then null, and the cell is woken again. */
export function wholeCells(
  reduction: Reduction,
  cell: Cell,
  operands: readonly Cell[],
  barrier = false,
): readonly Cell[] | null {
  // The work list takes what came last first: operands start in their order.
  if (cell.memo === null) for (const operand of operands.toReversed()) reduction.wantWhole(operand);
  for (let index = (cell.memo as number | null) ?? 0; index < operands.length; index++) {
    const operand = find(operands[index] as Cell);
    if (isWholeSettled(operand)) continue;
    cell.memo = index;
    reduction.waitWhole(operand, new OperandWait(reduction, cell, barrier));
    return null;
  }
  return operands.map(find);
}

/** Operand nodes, as above. */
export function wholeOperands(
  reduction: Reduction,
  cell: Cell,
  indices: readonly number[],
): readonly Cell[] | null {
  const frame = frameOf(cell);
  return wholeCells(
    reduction,
    cell,
    indices.map((index) => frame.at(index)),
  );
}

/** A cell settled to the bottom, or null and the cell is woken again. */
export function wholeCell(reduction: Reduction, cell: Cell, operand: Cell, barrier = false): Cell | null {
  const settled = reduction.wantWhole(operand);
  if (isWholeSettled(settled)) return settled;
  reduction.waitWhole(settled, new OperandWait(reduction, cell, barrier));
  return null;
}

/** A cell whose head is settled, or null and the cell is woken again. */
export function headOf(reduction: Reduction, cell: Cell, operand: Cell): Cell | null {
  const settled = reduction.wantHead(operand);
  if (isHeadSettled(settled)) return settled;
  reduction.waitHead(settled, new OperandWait(reduction, cell, false));
  return null;
}

/** Fails the cell with the first failed operand in order (C1); tells whether there was one. */
export function failWithFirst(reduction: Reduction, cell: Cell, operands: readonly Cell[]): boolean {
  for (const operand of operands) {
    const error = errorOf(operand);
    if (error === null) continue;
    reduction.setFailed(cell, error);
    return true;
  }
  return false;
}

/** Opens the template of a closure below the frame of a cell. */
export function openClosure(cell: Cell, closure: Closure, args: readonly Cell[], branch = ""): Frame {
  const frame = frameOf(cell);
  const captures = closure.captures.map((index) => frame.at(index));
  const context: FrameContext = { ...frame.context, path: stepOf(cell, branch) };
  return new OpenFrame(closure.template, [...args, ...captures], context);
}

/** The step of a node in a gate's path: its name, told apart from others of that name in the template. */
export function stepOf(cell: Cell, branch = ""): PathStep {
  const frame = frameOf(cell);
  return { up: frame.context.path, key: () => stepName(frame, cell.node) + branch };
}

export function stepName(frame: Pick<Frame, "node">, index: number): string {
  const name = nameOf(frame.node(index));
  let before = 0;
  for (let other = 0; other < index; other++) if (nameOf(frame.node(other)) === name) before++;
  return before === 0 ? name : `${name}~${before + 1}`;
}

const nameOf = (node: TemplateNode): string => node.label ?? node.op;
