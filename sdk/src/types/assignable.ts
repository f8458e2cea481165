import { assignableScalar } from "./assignable-scalar.ts";
import { describeType } from "./describe-type.ts";
import { formatPath } from "./issue.ts";
import { nearestName } from "./nearest-name.ts";
import type { Field, IrOf, RecordIr, TypeIr } from "./type-ir.ts";

export { describeType } from "./describe-type.ts";
export { fieldAt, typeAt } from "./type-at.ts";

/** Why a value of one type can never stand where another is asked for. */
export interface NotAssignable {
  /** Where in the type, as one writes it in code; empty at the top. */
  readonly path: string;
  readonly reason: string;
}

/**
 * Tells whether values of `from` may stand where `to` is asked for: the kinds must agree, and what is known of both must
 * not exclude each other. What is a matter of the single value (patterns, bounds, named checks) is left to the check at
 * run time. `any` passes both ways.
 */
export function assignable(from: TypeIr, to: TypeIr): true | NotAssignable {
  const fault = compare(from, to, []);
  return fault === undefined ? true : { path: formatPath(fault.path), reason: fault.reason };
}

type Path = readonly (string | number)[];

interface Fault {
  readonly path: Path;
  readonly reason: string;
}

function compare(from: TypeIr, to: TypeIr, path: Path): Fault | undefined {
  if (from.kind === "any" || to.kind === "any") return undefined;
  if (from.kind === "checked") return compare(from.inner, to, path);
  if (to.kind === "checked") return compare(from, to.inner, path);
  if (from.kind === "union") return firstFault(from.options, (option) => compare(option, to, path));
  if (from.kind === "nullable") return compare({ kind: "null" }, to, path) ?? compare(from.inner, to, path);
  if (to.kind === "nullable") return from.kind === "null" ? undefined : compare(from, to.inner, path);
  if (to.kind === "union") return compareToUnion(from, to, path);
  return compareStructures(from, to, path);
}

function firstFault<T>(
  parts: readonly T[],
  compareOne: (part: T, index: number) => Fault | undefined,
): Fault | undefined {
  for (const [index, part] of parts.entries()) {
    const fault = compareOne(part, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** One option must take all, or each of the alternatives that `from` falls into must find its own. */
function compareToUnion(from: TypeIr, to: IrOf<"union">, path: Path): Fault | undefined {
  const faults: Fault[] = [];
  for (const option of to.options) {
    const fault = compare(from, option, path);
    if (fault === undefined) return undefined;
    faults.push(fault);
  }
  const alternatives = alternativesOf(from, to.discriminator);
  if (alternatives.length > 1) return firstFault(alternatives, (one) => compareToUnion(one, to, path));
  // The option that agrees the longest is the one that was meant.
  const deepest = faults.reduce(
    (best, fault) => (fault.path.length > best.path.length ? fault : best),
    kindFault(from, to, path),
  );
  return deepest;
}

function alternativesOf(from: TypeIr, discriminator: string | undefined): readonly TypeIr[] {
  if (from.kind === "boolean") return [true, false].map((value) => ({ kind: "enum", values: [value] }));
  if (from.kind === "enum")
    return from.values.map((value) =>
      value === null ? { kind: "null" } : { kind: "enum", values: [value] },
    );
  if (from.kind !== "record" || discriminator === undefined) return [];
  const field = Object.hasOwn(from.fields, discriminator) ? from.fields[discriminator] : undefined;
  if (field === undefined) return [];
  return alternativesOf(field.type, undefined).map((type) => withFieldType(from, discriminator, type));
}

function withFieldType(record: RecordIr, name: string, type: TypeIr): RecordIr {
  return { ...record, fields: { ...record.fields, [name]: { ...record.fields[name], type } } };
}

function compareStructures(from: TypeIr, to: TypeIr, path: Path): Fault | undefined {
  switch (to.kind) {
    case "list":
      return compareToList(from, to, path);
    case "sheet":
      return compare(
        from.kind === "sheet" ? { kind: "list", item: from.row } : from,
        { kind: "list", item: to.row },
        path,
      );
    case "tuple":
      return from.kind === "tuple" ? compareTuples(from, to, path) : kindFault(from, to, path);
    case "set":
      if (from.kind !== "set") return kindFault(from, to, path);
      return countFault(from, to, path) ?? compare(from.item, to.item, path);
    case "map":
      if (from.kind !== "map") return kindFault(from, to, path);
      return (
        countFault(from, to, path) ?? compare(from.key, to.key, path) ?? compare(from.value, to.value, path)
      );
    case "dictionary":
      return compareToDictionary(from, to, path);
    case "record":
      return from.kind === "record" ? compareRecords(from, to, path) : kindFault(from, to, path);
    case "task":
      return from.kind === "task" ? compareTasks(from, to, path) : kindFault(from, to, path);
    default: {
      const reason = assignableScalar(from, to);
      return reason === true ? undefined : { path, reason };
    }
  }
}

function kindFault(from: TypeIr, to: TypeIr, path: Path): Fault {
  return { path, reason: `expected ${describeType(to)}, found ${describeType(from)}` };
}

function compareToList(from: TypeIr, to: IrOf<"list">, path: Path): Fault | undefined {
  switch (from.kind) {
    case "list":
      return countFault(from, to, path) ?? compare(from.item, to.item, [...path, 0]);
    case "sheet":
      return compare(from.row, to.item, [...path, 0]);
    case "tuple": {
      const fixed = {
        minItems: from.items.length,
        ...(from.rest === undefined && { maxItems: from.items.length }),
      };
      const parts = from.rest === undefined ? from.items : [...from.items, from.rest];
      return (
        countFault(fixed, to, path) ??
        firstFault(parts, (item, index) => compare(item, to.item, [...path, index]))
      );
    }
    default:
      return kindFault(from, to, path);
  }
}

interface Count {
  readonly minItems?: number;
  readonly maxItems?: number;
}

function countFault(from: Count, to: Count, path: Path): Fault | undefined {
  if ((from.maxItems ?? Infinity) < (to.minItems ?? 0)) {
    return { path, reason: `expected at least ${to.minItems} items, found at most ${from.maxItems}` };
  }
  if ((from.minItems ?? 0) <= (to.maxItems ?? Infinity)) return undefined;
  return { path, reason: `expected at most ${to.maxItems} items, found at least ${from.minItems}` };
}

function compareTuples(from: IrOf<"tuple">, to: IrOf<"tuple">, path: Path): Fault | undefined {
  const fits =
    from.items.length >= to.items.length && (to.rest !== undefined || from.items.length === to.items.length);
  if (!fits || (from.rest !== undefined && to.rest === undefined)) return kindFault(from, to, path);
  const asked = (index: number): TypeIr => to.items[index] ?? to.rest ?? { kind: "any" };
  const fault = firstFault(from.items, (item, index) => compare(item, asked(index), [...path, index]));
  return fault ?? (from.rest && to.rest && compare(from.rest, to.rest, [...path, from.items.length]));
}

function compareToDictionary(from: TypeIr, to: IrOf<"dictionary">, path: Path): Fault | undefined {
  if (from.kind === "dictionary") return compare(from.value, to.value, path);
  if (from.kind !== "record") return kindFault(from, to, path);
  return firstFault(Object.entries(from.fields), ([name, field]) =>
    compare(field.type, to.value, [...path, name]),
  );
}

function compareRecords(from: RecordIr, to: RecordIr, path: Path): Fault | undefined {
  const fault = firstFault(Object.entries(to.fields), ([name, field]) =>
    compareField(from, { name, field, path: [...path, name] }),
  );
  if (fault !== undefined || to.extra === "keep") return fault;
  const extra = Object.keys(from.fields).find((name) => !Object.hasOwn(to.fields, name));
  if (extra === undefined) return undefined;
  const meant = nearestName(
    extra,
    Object.keys(to.fields).filter((name) => !Object.hasOwn(from.fields, name)),
  );
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  return { path: [...path, extra], reason: `is not a field of ${describeType(to)}${hint}` };
}

interface Asked {
  readonly name: string;
  readonly field: Field;
  readonly path: Path;
}

function compareField(from: RecordIr, { name, field, path }: Asked): Fault | undefined {
  const given = Object.hasOwn(from.fields, name) ? from.fields[name] : undefined;
  const mayLack = field.optional === true || field.default !== undefined;
  if (given === undefined) {
    return mayLack || from.extra === "keep"
      ? undefined
      : { path, reason: `is missing; expected ${describeType(field.type)}` };
  }
  if (given.optional === true && !mayLack)
    return { path, reason: `may be absent; expected ${describeType(field.type)} always` };
  return compare(given.type, field.type, path);
}

/** A task may ask for less and give more than it is expected to. */
function compareTasks(from: IrOf<"task">, to: IrOf<"task">, path: Path): Fault | undefined {
  const input = to.input && from.input && compare(to.input, from.input, path);
  return input ?? (from.output && to.output && compare(from.output, to.output, path));
}
