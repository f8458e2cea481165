import { describeType } from "./describe-type.ts";
import { extensionsMeet } from "./file-extension.ts";
import type { Bound, EnumValue, IrOf, TypeIr } from "./type-ir.ts";

type Numeric = IrOf<"number" | "integer" | "duration" | "size">;

/** `assignable` for types without parts: true, or the reason why not. */
export function assignableScalar(from: TypeIr, to: TypeIr): true | string {
  const other = `expected ${describeType(to)}, found ${describeType(from)}`;
  if (from.kind === "enum") return from.values.every((value) => takesValue(to, value)) ? true : other;
  if (isNumeric(from) && isNumeric(to)) return compareNumbers(from, to, other);
  if (from.kind === "date" && to.kind === "text") return true;
  if (to.kind === "enum") return takesAll(from, to.values) ? true : other;
  if (from.kind === "file" && to.kind === "file") return compareFiles(from, to);
  if (from.kind === "text" && to.kind === "text") return compareLengths(from, to, other);
  return from.kind === to.kind ? true : other;
}

const isNumeric = (ir: TypeIr): ir is Numeric =>
  ir.kind === "number" || ir.kind === "integer" || ir.kind === "duration" || ir.kind === "size";

function takesValue(to: TypeIr, value: EnumValue): boolean {
  switch (to.kind) {
    case "enum":
      return to.values.includes(value);
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "integer":
      return Number.isSafeInteger(value);
    case "duration":
    case "size":
      return Number.isSafeInteger(value) && Number(value) >= 0;
    case "boolean":
      return typeof value === "boolean";
    case "null":
      return value === null;
    default:
      return false;
  }
}

/** Of the open kinds, only booleans and null have so few values that a list can hold them all. */
function takesAll(from: TypeIr, values: readonly EnumValue[]): boolean {
  if (from.kind === "null") return values.includes(null);
  return from.kind === "boolean" && values.includes(true) && values.includes(false);
}

/** A number may have a fraction, so it is not an integer, duration or size; the other way is always fine. */
function compareNumbers(from: Numeric, to: Numeric, other: string): true | string {
  if (from.kind === "number" && to.kind !== "number") return other;
  const [fromMin, fromMax] = rangeOf(from);
  const [toMin, toMax] = rangeOf(to);
  const apart = isBelow(fromMax, toMin) || isBelow(toMax, fromMin);
  return apart ? `${other}: their ranges do not meet (${rangeText(from)}; ${rangeText(to)})` : true;
}

function rangeOf(ir: Numeric): readonly [Bound, Bound] {
  switch (ir.kind) {
    case "duration":
      return [{ value: ir.minMs ?? 0 }, { value: ir.maxMs ?? Infinity }];
    case "size":
      return [{ value: ir.minBytes ?? 0 }, { value: ir.maxBytes ?? Infinity }];
    default:
      return [ir.min ?? { value: -Infinity }, ir.max ?? { value: Infinity }];
  }
}

const isBelow = (max: Bound, min: Bound): boolean =>
  max.value < min.value ||
  (max.value === min.value && (max.open === true || min.open === true) && Number.isFinite(max.value));

function rangeText(ir: Numeric): string {
  const [min, max] = rangeOf(ir);
  return `${min.open ? "above" : "from"} ${min.value} ${max.open ? "to below" : "to"} ${max.value}`;
}

function compareFiles(from: IrOf<"file">, to: IrOf<"file">): true | string {
  if (from.extensions === undefined || to.extensions === undefined) return true;
  if (extensionsMeet(from.extensions, to.extensions)) return true;
  return `expected a file that ends with ${to.extensions.join(" or ")}, found one that ends with ${from.extensions.join(" or ")}`;
}

function compareLengths(from: IrOf<"text">, to: IrOf<"text">, other: string): true | string {
  const short = (from.maxLength ?? Infinity) < (to.minLength ?? 0);
  const long = (from.minLength ?? 0) > (to.maxLength ?? Infinity);
  return short || long ? `${other}: their lengths do not meet` : true;
}
