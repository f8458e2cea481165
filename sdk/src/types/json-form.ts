import { callableFields, type Callable } from "../values/callable.ts";
import type { Secret } from "../values/codec.ts";
import type { Dir, File } from "../values/file.ts";
import { compileCheck } from "./check.ts";
import { discriminatorValues } from "./check-union.ts";
import { withField } from "./check-collections.ts";
import type { Field, IrOf, TypeIr } from "./type-ir.ts";

/**
 * The JSON form of a value that fits its type: what `compileParse` reads back to the same value. Files and folders
 * are given by their URI, so their content identity is found again by whoever reads it.
 */
export function toJsonForm(ir: TypeIr, value: unknown): unknown {
  switch (ir.kind) {
    case "instant":
      return (value as Date).toISOString();
    case "bigint":
      return String(value);
    case "bytes":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "file":
    case "dir":
      return (value as File | Dir).uri;
    case "secret":
      return (value as Secret).name;
    case "task":
      return nameOf(value as Callable);
    case "list":
      return (value as readonly unknown[]).map((item) => toJsonForm(ir.item, item));
    case "sheet":
      return (value as readonly unknown[]).map((row) => toJsonForm(ir.row, row));
    case "tuple":
      return (value as readonly unknown[]).map((item, index) =>
        toJsonForm(ir.items[index] ?? ir.rest ?? { kind: "any" }, item),
      );
    case "set":
      return [...(value as ReadonlySet<unknown>)].map((item) => toJsonForm(ir.item, item));
    case "map":
      return [...(value as ReadonlyMap<unknown, unknown>)].map(([key, item]) => [
        toJsonForm(ir.key, key),
        toJsonForm(ir.value, item),
      ]);
    case "dictionary":
      return mapFields(value, () => ir.value);
    case "record":
      return mapFields(value, (key) => fieldOf(ir.fields, key)?.type ?? { kind: "any" });
    case "union":
      return toJsonForm(optionFor(ir, value), value);
    case "nullable":
      return value === null ? null : toJsonForm(ir.inner, value);
    case "checked":
      return toJsonForm(ir.inner, value);
    default:
      return value;
  }
}

function nameOf(task: Callable): string | undefined {
  const fields = callableFields(task);
  return fields.kind === "lambda" ? undefined : fields.name;
}

const fieldOf = (fields: Readonly<Record<string, Field>>, key: string): Field | undefined =>
  Object.hasOwn(fields, key) ? fields[key] : undefined;

function mapFields(value: unknown, typeOf: (key: string) => TypeIr): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
    if (item !== undefined) withField(out, key, toJsonForm(typeOf(key), item));
  }
  return out;
}

function optionFor(ir: IrOf<"union">, value: unknown): TypeIr {
  const key = ir.discriminator;
  const chosen = key === undefined ? undefined : (value as Record<string, unknown>)[key];
  const byField =
    key === undefined
      ? undefined
      : ir.options.find((option) => discriminatorValues(option, key)?.some((v) => v === chosen));
  return byField ?? ir.options.find((option) => compileCheck(option)(value).ok) ?? { kind: "any" };
}
