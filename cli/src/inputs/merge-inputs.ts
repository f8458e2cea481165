import { compileParse, type Issue, type ParseOptions, type TypeIr } from "@ligase/sdk/internal";
import { jsonOrText } from "./signal-value.ts";
import { bareType, type FlagValue } from "./read-flags.ts";

export interface MergedInputs {
  /** The document with what the flags say in its places. */
  readonly value: Readonly<Record<string, unknown>>;
  /** What cannot be read as the type of its place. */
  readonly issues: readonly Issue[];
}

/** Puts the values of flags into a document; flags win over it, and a repeated flag adds to its list. */
export function mergeInputs(
  document: Readonly<Record<string, unknown>>,
  flags: readonly FlagValue[],
  options: ParseOptions,
): MergedInputs {
  const value = structuredClone(document) as Record<string, unknown>;
  const issues: Issue[] = [];
  for (const { path, type, texts } of gather(flags)) {
    const read = typeof texts === "boolean" ? { value: texts, issues: [] } : readTexts(texts, type, options);
    issues.push(...read.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
    put(value, path, read.value);
  }
  return { value, issues };
}

/** One entry for each place: `--file a --file b` is a list of two, of anything else the last one counts. */
function gather(flags: readonly FlagValue[]): readonly FlagValue[] {
  const places = new Map<string, FlagValue>();
  for (const flag of flags) {
    const key = JSON.stringify(flag.path);
    const before = places.get(key);
    const isList =
      before !== undefined && Array.isArray(before.texts) && Array.isArray(flag.texts) && isListed(flag.type);
    places.set(
      key,
      isList ? { ...flag, texts: [...(before.texts as string[]), ...(flag.texts as string[])] } : flag,
    );
  }
  return [...places.values()];
}

const isListed = (type: TypeIr): boolean => ["list", "set", "tuple"].includes(bareType(type).kind);

interface ReadText {
  readonly value: unknown;
  readonly issues: readonly Issue[];
}

function readTexts(texts: readonly string[], type: TypeIr, options: ParseOptions): ReadText {
  const [text = ""] = texts;
  const bare = bareType(type);
  if (!isListed(bare) || (texts.length === 1 && isWholeList(text, bare)))
    return readText(text, type, options);
  const items = texts.map((item, index) => readText(item, itemType(bare, index), options));
  return {
    value: items.map((item) => item.value),
    issues: items.flatMap((item, index) =>
      item.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] })),
    ),
  };
}

function readText(text: string, type: TypeIr, options: ParseOptions): ReadText {
  if (bareType(type).kind === "any") return { value: jsonOrText(text), issues: [] };
  const result = compileParse(type, { ...options, form: "text" })(text);
  return result.ok ? { value: result.value, issues: [] } : { value: text, issues: result.issues };
}

/** A single `[…]` is the list itself, unless it is an item that is a list. */
function isWholeList(text: string, type: TypeIr): boolean {
  const isNested = isListed(itemType(type, 0));
  return (isNested ? /^\s*\[\s*\[/ : /^\s*\[/).test(text);
}

function itemType(type: TypeIr, index: number): TypeIr {
  switch (type.kind) {
    case "list":
    case "set":
      return type.item;
    case "tuple":
      return type.items[index] ?? type.rest ?? { kind: "any" };
    default:
      return type;
  }
}

/** Sets a place in a tree of records and lists, which it grows. */
function put(root: Record<string, unknown>, path: readonly (string | number)[], value: unknown): void {
  let at = root as Record<string | number, unknown>;
  path.forEach((key, index) => {
    const next = path[index + 1];
    if (next === undefined) define(at, key, value);
    else {
      const inner = Object.hasOwn(at, key) ? at[key] : undefined;
      const isContainer = typeof inner === "object" && inner !== null;
      if (!isContainer) define(at, key, typeof next === "number" ? [] : {});
      at = at[key] as Record<string | number, unknown>;
    }
  });
}

/** A key such as `__proto__` becomes a field and nothing else. */
function define(target: Record<string | number, unknown>, key: string | number, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
