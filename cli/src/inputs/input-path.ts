import type { Field, RecordIr, TypeIr } from "@ligase/sdk/internal";

/** A place in the inputs that a flag names. */
export interface InputPlace {
  readonly path: readonly (string | number)[];
  readonly type: TypeIr;
}

/**
 * The place that the name of a flag stands for: `known-sites` is the field `knownSites`, `samples.0.id` a field of the
 * first sample, `env.HOME` a key of a dictionary. Undefined where there is none.
 */
export function findPlace(input: RecordIr, name: string): InputPlace | undefined {
  return descend({ path: [], type: input }, name.split("."));
}

/** The flag of a place: `--samples.0.id`. */
export function flagOf(path: readonly (string | number)[]): string {
  return `--${path.map((key) => (typeof key === "number" ? String(key) : dashed(key))).join(".")}`;
}

/** `knownSites` as people write it in a flag: `known-sites`. */
export function dashed(name: string): string {
  return name
    .replaceAll("_", "-")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

function descend(place: InputPlace, parts: readonly string[]): InputPlace | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return place;
  if (part === "") return undefined;
  const { path, type } = place;
  const into = (key: string | number, inner: TypeIr | undefined): InputPlace | undefined =>
    inner && descend({ path: [...path, key], type: inner }, rest);
  switch (type.kind) {
    case "record":
      return intoRecord(type, place, parts);
    case "dictionary":
      return into(part, type.value);
    case "map":
      return into(part, type.value);
    case "list":
      return into(Number(part), isPosition(part) ? type.item : undefined);
    case "sheet":
      return into(Number(part), isPosition(part) ? type.row : undefined);
    case "tuple":
      return into(Number(part), isPosition(part) ? (type.items[Number(part)] ?? type.rest) : undefined);
    case "nullable":
    case "checked":
      return descend({ path, type: type.inner }, parts);
    case "union":
      return type.options
        .map((option) => descend({ path, type: option }, parts))
        .find((found) => found !== undefined);
    case "any":
      return into(isPosition(part) ? Number(part) : part, type);
    default:
      return undefined;
  }
}

function intoRecord(
  type: RecordIr,
  { path }: InputPlace,
  [part = "", ...rest]: readonly string[],
): InputPlace | undefined {
  const key = fieldNamed(type.fields, part) ?? (type.extra === "keep" ? part : undefined);
  if (key === undefined) return undefined;
  const inner = type.fields[key]?.type ?? { kind: "any" };
  return descend({ path: [...path, key], type: inner }, rest);
}

/** The field of this name, else the only one that differs by dashes, underscores and capitals alone. */
function fieldNamed(fields: Readonly<Record<string, Field>>, name: string): string | undefined {
  if (Object.hasOwn(fields, name)) return name;
  const alike = Object.keys(fields).filter((key) => dashed(key) === dashed(name));
  return alike.length === 1 ? alike[0] : undefined;
}

const isPosition = (text: string): boolean => /^(0|[1-9]\d{0,5})$/.test(text);
