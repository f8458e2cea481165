import { describeType, toJsonForm, type Field, type TypeIr } from "@ligase/sdk/internal";
import { descriptionOf } from "../inputs/field-facts.ts";
import { bareType } from "../inputs/read-flags.ts";
import {
  choiceQuestion,
  isOneLine,
  itemQuestion,
  NOTHING,
  shownText,
  valueQuestion,
  type AskedField,
  type Question,
} from "./question.ts";

/* A form as a dialogue: it gives question after question, is handed the answers, and ends with the value in JSON form. */

export type Form = Generator<Question, unknown, unknown>;

type Kind<K extends TypeIr["kind"]> = Extract<TypeIr, { readonly kind: K }>;
type Asked<K extends TypeIr["kind"]> = Omit<AskedField, "field"> & { readonly type: Kind<K> };

/** Asks for a value of a type, field by field and item by item; what is given already is what empty answers stand for. */
export function* fillForm(asked: AskedField): Form {
  const { field, label } = asked;
  const given = asked.given !== NOTHING ? asked.given : defaultOf(field);
  if (isOneLine(field.type)) return yield valueQuestion({ ...asked, given });
  if (given === NOTHING && (field.optional === true || field.type.kind === "nullable")) {
    const about = describeType(field.type);
    const wanted = yield choiceQuestion({ label: `give ${label}?`, about }, ["no", "yes"]);
    if (wanted === "no") return field.optional === true ? NOTHING : null;
  }
  return yield* fillParts(bareType(field.type), { ...asked, given: given === null ? NOTHING : given });
}

const defaultOf = ({ type, default: given }: Field): unknown =>
  given === undefined ? NOTHING : toJsonForm(type, given.value);

function* fillParts(type: TypeIr, asked: AskedField): Form {
  switch (type.kind) {
    case "record":
      return yield* fillRecord({ ...asked, type });
    case "list":
    case "set":
      return yield* fillList({ ...asked, item: type.item, about: descriptionOf(type) });
    case "sheet":
      return yield* fillList({ ...asked, item: type.row, about: descriptionOf(type) });
    case "tuple":
      return yield* fillTuple({ ...asked, type });
    case "dictionary":
      return Object.fromEntries(yield* fillPairs(asked, { key: { kind: "text" }, value: type.value }));
    case "map":
      return yield* fillPairs(asked, type);
    case "union":
      return yield* fillUnion({ ...asked, type });
    default:
      return yield valueQuestion({ ...asked, field: { type } });
  }
}

function* fillRecord({ type, label, given, cwd }: Asked<"record">): Form {
  const before = isObject(given) ? given : {};
  // What a record keeps beside its fields stays as it is.
  const filled: Record<string, unknown> = type.extra === "keep" ? { ...before } : {};
  for (const [name, field] of Object.entries(type.fields)) {
    const value = yield* fillForm({
      field,
      cwd,
      label: label === "" ? name : `${label}.${name}`,
      given: Object.hasOwn(before, name) ? before[name] : NOTHING,
    });
    if (value === NOTHING) delete filled[name];
    else filled[name] = value;
  }
  return filled;
}

interface AskedList {
  readonly item: TypeIr;
  /** What the list is for; empty when nobody says. */
  readonly about: string;
  readonly label: string;
  readonly given: unknown;
  readonly cwd: string;
}

/** First what is there, item by item, then new ones until there are enough. */
function* fillList({
  item,
  about: of,
  label,
  given,
  cwd,
}: AskedList): Generator<Question, unknown[], unknown> {
  const filled: unknown[] = [];
  const before: readonly unknown[] = Array.isArray(given) ? given : [];
  for (const [index, value] of before.entries()) {
    const place = `${label}[${index}]`;
    const about = shownText(item, value);
    const what = yield choiceQuestion({ label: place, about }, ["keep", "change", "remove"]);
    if (what === "keep") filled.push(value);
    if (what === "change")
      filled.push(yield* fillForm({ label: place, field: { type: item }, given: value, cwd }));
  }
  for (;;) {
    const place = `${label}[${filled.length}]`;
    const value = isOneLine(item)
      ? yield itemQuestion({ label: place, cwd }, { item, of })
      : yield* oneMore(place, item, { isFirst: filled.length === 0, cwd });
    if (value === NOTHING) return filled;
    filled.push(value);
  }
}

function* oneMore(
  label: string,
  item: TypeIr,
  { isFirst, cwd }: { readonly isFirst: boolean; readonly cwd: string },
): Form {
  const words = isFirst ? (["yes", "no"] as const) : (["no", "yes"] as const);
  const wanted = yield choiceQuestion({ label: `add ${label}?`, about: describeType(item) }, words);
  return wanted === "no" ? NOTHING : yield* fillForm({ label, field: { type: item }, given: NOTHING, cwd });
}

function* fillTuple({ type, label, given, cwd }: Asked<"tuple">): Form {
  const before: readonly unknown[] = Array.isArray(given) ? given : [];
  const filled: unknown[] = [];
  for (const [index, item] of type.items.entries()) {
    const known = index < before.length ? before[index] : NOTHING;
    filled.push(yield* fillForm({ label: `${label}[${index}]`, field: { type: item }, given: known, cwd }));
  }
  if (type.rest === undefined) return filled;
  const more = before.slice(type.items.length);
  return [
    ...filled,
    ...(yield* fillList({ item: type.rest, about: "", label: `${label} …`, given: more, cwd })),
  ];
}

/** Keys with their values, until a key is left empty. */
function* fillPairs(
  { label, given, cwd }: AskedField,
  { key, value }: { readonly key: TypeIr; readonly value: TypeIr },
): Generator<Question, [string, unknown][], unknown> {
  const before = (
    Array.isArray(given) ? given : Object.entries(isObject(given) ? given : {})
  ) as readonly (readonly [string, unknown])[];
  const filled: [string, unknown][] = [];
  for (const [name, old] of before)
    filled.push([
      name,
      yield* fillForm({
        label: `${label}[${JSON.stringify(name)}]`,
        field: { type: value },
        given: old,
        cwd,
      }),
    ]);
  for (;;) {
    const name = yield itemQuestion({ label: `${label}: a key`, cwd }, { item: key, of: "" });
    if (name === NOTHING) return filled;
    const place = `${label}[${JSON.stringify(name)}]`;
    filled.push([
      name as string,
      yield* fillForm({ label: place, field: { type: value }, given: NOTHING, cwd }),
    ]);
  }
}

function* fillUnion({ type, label, given, cwd }: Asked<"union">): Form {
  const names = type.options.map((option, index) => `${index + 1}: ${describeType(option)}`);
  const [first = "", ...others] = names;
  const chosen = yield choiceQuestion({ label: `${label || "value"}, which kind?` }, [first, ...others]);
  const option = type.options[names.indexOf(chosen as string)] ?? { kind: "any" };
  return yield* fillForm({ label, field: { type: option }, given, cwd });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
