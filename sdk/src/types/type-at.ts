import type { Field, TypeIr } from "./type-ir.ts";

/** Type of a part of a value, for lazy access: `undefined` where there is no such part. */
export function typeAt(ir: TypeIr, key: string | number): TypeIr | undefined {
  return fieldAt(ir, key)?.type;
}

/** Like `typeAt`, with whether the part may be absent: an optional field, an item of a list, a part of what may be null. */
export function fieldAt(ir: TypeIr, key: string | number): Field | undefined {
  switch (ir.kind) {
    case "any":
      return { type: { kind: "any" } };
    case "record":
      return recordField(ir, String(key));
    case "dictionary":
      return { type: ir.value, optional: true };
    case "list":
      return positionOf(key) === undefined ? undefined : { type: ir.item, optional: true };
    case "sheet":
      return positionOf(key) === undefined ? undefined : { type: ir.row, optional: true };
    case "tuple":
      return tupleField(ir, positionOf(key));
    case "file":
    case "dir":
      return fileField(String(key));
    case "nullable":
      return orAbsent(fieldAt(ir.inner, key));
    case "checked":
      return fieldAt(ir.inner, key);
    case "union":
      return unionField(ir.options, key);
    default:
      return undefined;
  }
}

function recordField(ir: Extract<TypeIr, { kind: "record" }>, key: string): Field | undefined {
  const field = Object.hasOwn(ir.fields, key) ? ir.fields[key] : undefined;
  // A default is filled in before anybody can look.
  if (field !== undefined)
    return field.optional === true ? { type: field.type, optional: true } : { type: field.type };
  return ir.extra === "keep" ? { type: { kind: "any" }, optional: true } : undefined;
}

function positionOf(key: string | number): number | undefined {
  const position = Number(key);
  return Number.isSafeInteger(position) && position >= 0 && String(position) === String(key)
    ? position
    : undefined;
}

function tupleField(ir: Extract<TypeIr, { kind: "tuple" }>, position: number | undefined): Field | undefined {
  if (position === undefined) return undefined;
  const item = ir.items[position];
  if (item !== undefined) return { type: item };
  return ir.rest === undefined ? undefined : { type: ir.rest, optional: true };
}

function fileField(key: string): Field | undefined {
  if (key === "name" || key === "digest" || key === "uri") return { type: { kind: "text" } };
  return key === "size" ? { type: { kind: "size" } } : undefined;
}

const orAbsent = (field: Field | undefined): Field | undefined =>
  field && { type: field.type, optional: true };

/** What every option has, as TypeScript sees it too. */
function unionField(options: readonly TypeIr[], key: string | number): Field | undefined {
  const types: TypeIr[] = [];
  let optional = false;
  for (const option of options) {
    const field = option.kind === "null" ? undefined : fieldAt(option, key);
    if (field === undefined) return undefined;
    optional ||= field.optional === true;
    if (!types.some((type) => JSON.stringify(type) === JSON.stringify(field.type))) types.push(field.type);
  }
  const [only, ...others] = types;
  if (only === undefined) return undefined;
  const type: TypeIr = others.length === 0 ? only : { kind: "union", options: types };
  return optional ? { type, optional: true } : { type };
}
