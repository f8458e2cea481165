import { LigaseError } from "../errors/ligase-error.ts";
import { MAX_DEPTH } from "../values/codec.ts";
import { isFile, isDir } from "../values/file.ts";
import { isCallable } from "../values/callable.ts";
import { isLazy, lazy, nodeOf, type Lazy } from "./lazy.ts";
import { inScope, makeNode, paramNode, valueNode, type ClosureGraph, type GraphNode } from "./node.ts";
import type { TypeIr } from "../types/type-ir.ts";

/** Tells whether a lazy value stands anywhere in a structure of plain lists and records. Throws `value-too-deep`. */
export function containsLazy(value: unknown, depth = 0): boolean {
  if (isLazy(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  if (depth > MAX_DEPTH) throw new LigaseError("value-too-deep", { limit: MAX_DEPTH });
  if (Array.isArray(value)) return value.some((part) => containsLazy(part, depth + 1));
  return isPlainRecord(value) && Object.values(value).some((part) => containsLazy(part, depth + 1));
}

/** The node for a value that may hold lazy parts: constants stay whole, structures with lazy parts are lists and records. */
export function lift(value: unknown): GraphNode {
  if (isLazy(value)) return nodeOf(value);
  if (!containsLazy(value)) return valueNode(value);
  if (Array.isArray(value)) return listNode(value.map(lift));
  const entries = Object.entries(value as object).filter(([, item]) => item !== undefined);
  return recordNode(
    entries.map(([key]) => key),
    entries.map(([, item]) => lift(item)),
  );
}

export function listNode(items: readonly GraphNode[]): GraphNode {
  return makeNode({ refs: items, make: (refs) => ({ op: "list", items: refs }), type: listType(items) });
}

export function recordNode(keys: readonly string[], items: readonly GraphNode[]): GraphNode {
  return makeNode({
    refs: items,
    make: (refs) => ({ op: "record", keys, items: refs }),
    type: recordType(keys, items),
  });
}

/** Runs a closure once with placeholders; its lazy result is the closure's template. */
export function trace(
  closure: (...params: Lazy<unknown>[]) => unknown,
  paramTypes: readonly (TypeIr | undefined)[],
): ClosureGraph {
  return inScope({ params: paramTypes.length }, (scope) => {
    const params = paramTypes.map((type, index) => lazy(paramNode(index, type)));
    return { scope, result: lift(closure(...params)) };
  });
}

function listType(items: readonly GraphNode[]): TypeIr | undefined {
  const types = items.map((item) => item.type);
  return types.every((type) => type !== undefined) ? { kind: "tuple", items: types } : undefined;
}

function recordType(keys: readonly string[], items: readonly GraphNode[]): TypeIr {
  const fields = keys.map((key, index) => [key, { type: items[index]?.type ?? { kind: "any" } }] as const);
  return { kind: "record", fields: Object.fromEntries(fields) };
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || isFile(value) || isDir(value) || isCallable(value))
    return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}
