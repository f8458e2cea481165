import { unreachable } from "../errors/unreachable.ts";
import { readSize } from "./byte-size.ts";
import { dictionaryNode, listNode, mapNode, setNode, tupleNode } from "./check-collections.ts";
import { quantityNode } from "./check-quantity.ts";
import { recordNode } from "./check-record.ts";
import {
  bigintNode,
  enumNode,
  fileNode,
  instantNode,
  numberNode,
  scalarNode,
  textNode,
} from "./check-scalars.ts";
import { discriminatedNode, unionNode } from "./check-union.ts";
import { readDuration } from "./duration.ts";
import type { Node } from "./compiled.ts";
import type { Check, Issue } from "./issue.ts";
import type { TypeIr } from "./type-ir.ts";

/** Turns an outside form into the value it stands for; leaves alone what it does not know, for the check to report. */
export type Reader = (value: unknown, issues: Issue[]) => unknown;
export type ReaderOf = (ir: TypeIr) => Reader | undefined;

/** Wraps a compiled type into a function from value to result. */
export function resultOf(node: Node): Check {
  let spare: Issue[] = [];
  return (input) => {
    const issues = spare;
    const value = node(input, issues);
    if (issues.length === 0) return { ok: true, value };
    spare = [];
    return { ok: false, issues };
  };
}

/** Compiles a type; `readerOf` gives what is to be done to an outside form before the check of each kind. */
export function compileNode(ir: TypeIr, readerOf?: ReaderOf): Node {
  const check = nodeOf(ir, (part) => compileNode(part, readerOf));
  const read = readerOf?.(ir);
  if (read === undefined) return check;
  return (value, issues) => {
    const before = issues.length;
    const known = read(value, issues);
    return issues.length > before ? value : check(known, issues);
  };
}

function nodeOf(ir: TypeIr, compile: (ir: TypeIr) => Node): Node {
  switch (ir.kind) {
    case "any":
      return (value) => value;
    case "text":
      return textNode(ir);
    case "number":
    case "integer":
      return numberNode(ir);
    case "bigint":
      return bigintNode(ir);
    case "enum":
      return enumNode(ir);
    case "instant":
      return instantNode(ir);
    case "duration":
      return quantityNode(ir, { read: readDuration, min: ir.minMs, max: ir.maxMs });
    case "size":
      return quantityNode(ir, { read: readSize, min: ir.minBytes, max: ir.maxBytes });
    case "file":
      return fileNode(ir);
    case "null":
    case "boolean":
    case "date":
    case "bytes":
    case "dir":
    case "secret":
    case "task":
      return scalarNode(ir);
    case "list":
      return listNode(ir, compile(ir.item));
    case "sheet":
      return listNode({ kind: "list", item: ir.row }, compile(ir.row));
    case "tuple":
      return tupleNode(ir, compile);
    case "map":
      return mapNode(ir, compile);
    case "dictionary":
      return dictionaryNode(ir, compile);
    case "set":
      return setNode(ir, compile(ir.item));
    case "record":
      return recordNode(ir, compile);
    case "union":
      return discriminatedNode(ir, compile) ?? unionNode(ir, compile);
    case "nullable":
      return nullableNode(compile(ir.inner));
    case "checked":
      return compile(ir.inner);
    default:
      return unreachable(ir);
  }
}

function nullableNode(inner: Node): Node {
  return (value, issues) => (value === null ? null : inner(value, issues));
}
