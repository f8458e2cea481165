import { getPart, primitives, type Operation } from "@ligase/sdk/internal";
import { errorOf, FAILED, find, HEAD, IDLE, partOrigin, WHOLE, type Cell, type Structure } from "../cell.ts";
import { misuse, thrown } from "../failures.ts";
import type { Reduction } from "../reduction.ts";
import { ListParts, RecordParts } from "../structure.ts";
import { failWithFirst, frameOf, headOf, wholeOperands } from "./operands.ts";

type Op<K extends Operation["op"]> = Extract<Operation, { op: K }>;

export function value(reduction: Reduction, cell: Cell, node: Op<"value">): void {
  reduction.setWhole(cell, node.value, null);
}

export function param(reduction: Reduction, cell: Cell, node: Op<"param">): void {
  const argument = frameOf(cell).args[node.index];
  if (argument === undefined) throw new Error(`The template has no parameter ${node.index}.`);
  reduction.link(cell, argument);
}

export function list(reduction: Reduction, cell: Cell, node: Op<"list">): void {
  const frame = frameOf(cell);
  reduction.setHead(cell, new ListParts(node.items.map((index) => frame.at(index))));
}

export function record(reduction: Reduction, cell: Cell, node: Op<"record">): void {
  const frame = frameOf(cell);
  reduction.setHead(
    cell,
    new RecordParts(
      node.keys,
      node.items.map((index) => frame.at(index)),
    ),
  );
}

export function get(reduction: Reduction, cell: Cell, node: Op<"get">): void {
  const base = headOf(reduction, cell, frameOf(cell).at(node.base));
  if (base === null) return;
  getFrom(reduction, cell, base, node.key);
}

/** Lets a cell stand for one part of a base whose head is known; it fails with a base that failed. */
export function getFrom(reduction: Reduction, cell: Cell, base: Cell, key: string | number): void {
  if (base.status === FAILED) return reduction.setFailed(cell, errorOf(base) as never);
  if (base.status === HEAD) {
    const part = partOf(base.structure, key);
    if (part !== null) return reduction.link(cell, part);
    if (base.structure.kind === "record" && typeof key === "string")
      return reduction.setWhole(cell, null, null);
    return reduction.setFailed(
      cell,
      misuse(
        "operator-not-applicable",
        `There is no part ${JSON.stringify(key)} in a ${base.structure.kind} of ${base.structure.size}.`,
      ),
    );
  }
  try {
    reduction.setWhole(cell, getPart(base.value, key), partOrigin(base.origin, key));
  } catch (error) {
    reduction.setFailed(cell, thrown(error));
  }
}

/** Whether a record whose head is known has a field; of one that failed that does not matter. */
export function hasField(base: Cell, key: string): boolean {
  if (base.status === FAILED) return true;
  if (base.status === HEAD) return partOf(base.structure, key) !== null;
  const fields = base.value as Readonly<Record<string, unknown>>;
  return Object.hasOwn(fields, key) && fields[key] !== undefined;
}

function partOf(structure: Structure, key: string | number): Cell | null {
  if (structure instanceof RecordParts) return structure.field(String(key)) ?? null;
  if (structure.kind === "list" && typeof key === "number" && key < structure.size)
    return structure.part(key);
  return null;
}

export function primitive(reduction: Reduction, cell: Cell, node: Op<"primitive">): void {
  const operands = wholeOperands(reduction, cell, node.operands);
  if (operands === null || failWithFirst(reduction, cell, operands)) return;
  compute(reduction, cell, node, operands);
}

function compute(reduction: Reduction, cell: Cell, node: Op<"primitive">, operands: readonly Cell[]): void {
  const apply = primitives[node.name];
  if (apply === undefined)
    return reduction.setFailed(
      cell,
      misuse("operator-unknown", `The operator ${node.name} is not known to this version.`),
    );
  try {
    const computed = apply(operands.map((operand) => operand.value));
    // An operator's result comes from its operands: lineage reaches through it.
    const origins = operands.map((operand) => operand.origin);
    const origin = origins.some((from) => from !== null)
      ? ({ kind: "parts", keys: null, origins } as const)
      : null;
    reduction.setWhole(cell, computed, typeof computed === "object" && computed !== null ? null : origin);
  } catch (error) {
    reduction.setFailed(cell, thrown(error));
  }
}

/** How deep the quick way below may nest on the host's stack; deeper structures take the work list (R8). */
const QUIET_DEPTH = 40;

/**
 * Brings a cell to the bottom at once when it is made of known things only, starting nothing. It decides whether a
 * workflow's arguments are known when it is called (C2), and saves the work list most of its work.
 */
export function settleQuietly(reduction: Reduction, cell: Cell, depth = 0): boolean {
  const settled = find(cell);
  if (settled.status === WHOLE) return true;
  if (depth > QUIET_DEPTH || settled.isForced || settled.wholeError !== null) return false;
  if (settled.status === IDLE) return settleIdle(reduction, settled, depth);
  return settled.status === HEAD && settleParts(reduction, settled, settled.structure, depth);
}

function settleIdle(reduction: Reduction, cell: Cell, depth: number): boolean {
  const frame = frameOf(cell);
  const node = frame.node(cell.node);
  switch (node.op) {
    case "value":
      value(reduction, cell, node);
      return true;
    case "param": {
      const argument = frame.args[node.index] as Cell;
      if (!settleQuietly(reduction, argument, depth + 1)) return false;
      reduction.link(cell, argument);
      return true;
    }
    case "get": {
      const base = frame.at(node.base);
      if (!settleQuietly(reduction, base, depth + 1)) return false;
      getFrom(reduction, cell, find(base), node.key);
      return find(cell).status === WHOLE;
    }
    case "gate": {
      if (node.given === undefined) return false;
      const args = frame.at(node.given);
      if (!settleQuietly(reduction, args, depth + 1) || !hasField(find(args), node.name)) return false;
      getFrom(reduction, cell, find(args), node.name);
      return find(cell).status === WHOLE;
    }
    case "list":
    case "record": {
      const parts = node.items.map((index) => frame.at(index));
      const structure = node.op === "list" ? new ListParts(parts) : new RecordParts(node.keys, parts);
      return settleParts(reduction, cell, structure, depth);
    }
    case "primitive": {
      const operands = node.operands.map((index) => frame.at(index));
      if (!operands.every((operand) => settleQuietly(reduction, operand, depth + 1))) return false;
      compute(reduction, cell, node, operands.map(find));
      return find(cell).status === WHOLE;
    }
    default:
      return false;
  }
}

function settleParts(reduction: Reduction, cell: Cell, structure: Structure, depth: number): boolean {
  if (structure.windowed === true || structure.kind === "callable") return false;
  for (let index = 0; index < structure.size; index++) {
    if (!settleQuietly(reduction, structure.part(index), depth + 1)) return false;
  }
  reduction.setWhole(cell, structure.build(), structure.origins());
  return true;
}
