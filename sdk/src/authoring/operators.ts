import { isLazy, lazy, nodeOf, type Arg, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { makeNode, type GraphNode } from "../graph/node.ts";
import type { TypeIr } from "../types/type-ir.ts";
import { checkOperands } from "./operand-types.ts";

/* Operators on lazy values. They wait for all their operands, to the bottom, and run in the scheduler. */

/** What has an order: both sides of a comparison are of one kind. */
export type Ordered = Arg<number> | Arg<string> | Arg<Date> | Arg<bigint>;

function primitive<T>(name: string, operands: readonly unknown[], type: TypeIr = { kind: "any" }): Lazy<T> {
  return primitiveOf<T>(name, operands.map(lift), type);
}

function primitiveOf<T>(name: string, refs: readonly GraphNode[], type: TypeIr): Lazy<T> {
  return lazy<T>(makeNode({ refs, make: (operands) => ({ op: "primitive", name, operands }), type }));
}

function arithmetic(name: string, operands: readonly unknown[], type: TypeIr = NUMBER): Lazy<number> {
  const refs = operands.map(lift);
  checkOperands(name, refs, "number");
  return primitiveOf(name, refs, type);
}

/** Arithmetic that leaves the integers only when an operand does. */
function integral(name: string, operands: readonly unknown[]): Lazy<number> {
  return arithmetic(name, operands, operands.every(isInteger) ? INTEGER : NUMBER);
}

const isInteger = (operand: unknown): boolean =>
  isLazy(operand) ? isIntegerType(nodeOf(operand).type) : Number.isSafeInteger(operand);

function isIntegerType(type: TypeIr | undefined): boolean {
  switch (type?.kind) {
    case "integer":
    case "size":
    case "duration":
      return true;
    case "enum":
      return type.values.every(Number.isSafeInteger);
    case "checked":
      return isIntegerType(type.inner);
    default:
      return false;
  }
}

const isIntegers = (list: unknown): boolean =>
  isLazy(list) ? areIntegerTypes(nodeOf(list).type) : Array.isArray(list) && list.every(isInteger);

function areIntegerTypes(type: TypeIr | undefined): boolean {
  if (type?.kind === "checked") return areIntegerTypes(type.inner);
  if (type?.kind === "list") return isIntegerType(type.item);
  return type?.kind === "tuple" && [...type.items, type.rest ?? INTEGER].every(isIntegerType);
}

function logical(name: string, operands: readonly unknown[]): Lazy<boolean> {
  const refs = operands.map(lift);
  checkOperands(name, refs, "true or false");
  return primitiveOf(name, refs, BOOLEAN);
}

const BOOLEAN: TypeIr = { kind: "boolean" };
const NUMBER: TypeIr = { kind: "number" };
const INTEGER: TypeIr = { kind: "integer" };
const TEXT: TypeIr = { kind: "text" };
const TEXTS: TypeIr = { kind: "list", item: TEXT };

/** Equal by content. */
export const eq = (a: unknown, b: unknown): Lazy<boolean> => primitive<boolean>("eq", [a, b], BOOLEAN);
/** Not equal by content. */
export const ne = (a: unknown, b: unknown): Lazy<boolean> => primitive<boolean>("ne", [a, b], BOOLEAN);
export const lt = (a: Ordered, b: Ordered): Lazy<boolean> => primitive<boolean>("lt", [a, b], BOOLEAN);
export const le = (a: Ordered, b: Ordered): Lazy<boolean> => primitive<boolean>("le", [a, b], BOOLEAN);
export const gt = (a: Ordered, b: Ordered): Lazy<boolean> => primitive<boolean>("gt", [a, b], BOOLEAN);
export const ge = (a: Ordered, b: Ordered): Lazy<boolean> => primitive<boolean>("ge", [a, b], BOOLEAN);
export const not = (a: Arg<boolean>): Lazy<boolean> => logical("not", [a]);
export const and = (...all: readonly Arg<boolean>[]): Lazy<boolean> => logical("and", all);
export const or = (...all: readonly Arg<boolean>[]): Lazy<boolean> => logical("or", all);

export const add = (...all: readonly Arg<number>[]): Lazy<number> => integral("add", all);
export const sub = (a: Arg<number>, b: Arg<number>): Lazy<number> => integral("sub", [a, b]);
export const mul = (...all: readonly Arg<number>[]): Lazy<number> => integral("mul", all);
export const div = (a: Arg<number>, b: Arg<number>): Lazy<number> => arithmetic("div", [a, b]);
/** Remainder of a division. */
export const mod = (a: Arg<number>, b: Arg<number>): Lazy<number> => integral("mod", [a, b]);
export const min = (...all: readonly Arg<number>[]): Lazy<number> => integral("min", all);
export const max = (...all: readonly Arg<number>[]): Lazy<number> => integral("max", all);
export const round = (a: Arg<number>): Lazy<number> => arithmetic("round", [a], INTEGER);
export const ceil = (a: Arg<number>): Lazy<number> => arithmetic("ceil", [a], INTEGER);
/** Sum of a list of numbers. */
export const sum = (list: Arg<readonly number[]>): Lazy<number> =>
  primitive<number>("sum", [list], isIntegers(list) ? INTEGER : NUMBER);

/** Number of items of a list, characters of a text, or fields of a record. */
export const length = (a: Arg<readonly unknown[]> | Arg<string> | Arg<object>): Lazy<number> =>
  primitive<number>("length", [a], INTEGER);
/** The integers from 0 up to, not including, `count`, which is at most 10,000,000. */
export const range = (count: Arg<number>): Lazy<number[]> =>
  primitive<number[]>("range", [count], { kind: "list", item: INTEGER });

/** Text with lazy parts: format`${sample.id}.bam`. */
export function format(strings: TemplateStringsArray, ...values: readonly unknown[]): Lazy<string> {
  const parts = strings.flatMap((text, index) => (index < values.length ? [text, values[index]] : [text]));
  return primitive<string>(
    "format",
    parts.filter((part) => part !== ""),
    TEXT,
  );
}

/** The items of a list as one text, with `separator` between them. */
export const join = (list: Arg<readonly unknown[]>, separator: Arg<string>): Lazy<string> =>
  primitive<string>("join", [list, separator], TEXT);
export const split = (text: Arg<string>, separator: Arg<string>): Lazy<string[]> =>
  primitive<string[]>("split", [text, separator], TEXTS);
/** Whether a list holds an item, or a text another. */
export const includes = (a: unknown, item: unknown): Lazy<boolean> =>
  primitive<boolean>("includes", [a, item], BOOLEAN);

/** Field names of a record, sorted. */
export const keys = (record: Arg<object>): Lazy<string[]> => primitive<string[]>("keys", [record], TEXTS);
/** Fields of a record in the order of their names. */
export const values = <V>(record: Arg<Record<string, V>>): Lazy<V[]> => primitive("values", [record]);
/** Fields of a record as `{ key, value }`, in the order of their names. */
export const entries = <V>(record: Arg<Record<string, V>>): Lazy<{ key: string; value: V }[]> =>
  primitive("entries", [record]);
/** A record from a list of `{ key, value }`. */
export const fromEntries = <V>(list: Arg<readonly { key: string; value: V }[]>): Lazy<Record<string, V>> =>
  primitive("fromEntries", [list]);
/** The field or item under a key that is lazy itself; where there is none it fails. */
export const lookup = <V>(
  base: Arg<Record<string, V>> | Arg<readonly V[]>,
  key: Arg<string> | Arg<number>,
): Lazy<V> => primitive("lookup", [base, key]);
/** One record with the fields of all; later ones win. */
export const merge = <A extends object, B extends object>(a: Arg<A>, b: Arg<B>): Lazy<A & B> =>
  primitive("merge", [a, b]);
/** The first value, or the second when the first is null. */
export const orElse = <T>(a: Arg<T | null | undefined>, b: Arg<T>): Lazy<T> => primitive("orElse", [a, b]);
export const isNull = (a: unknown): Lazy<boolean> => primitive<boolean>("isNull", [a], BOOLEAN);
