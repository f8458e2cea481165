import {
  compileParse,
  describeType,
  formatDuration,
  formatIssues,
  formatSize,
  toJsonForm,
  type Field,
  type TypeIr,
} from "@ligase/sdk/internal";
import { descriptionOf, limits } from "../inputs/field-facts.ts";
import { bareType } from "../inputs/read-flags.ts";
import { jsonOrText } from "../inputs/signal-value.ts";

/** What a form asks at one place. */
export interface Question {
  /** Where: `samples[0].id`. */
  readonly label: string;
  /** Type, limits and description, for people. */
  readonly about: string;
  /** What an empty answer stands for, as it is shown; null when one is needed. */
  readonly fallback: string | null;
  readonly read: (text: string) => Answer;
}

export type Answer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Stands for a value that is not there. */
export const NOTHING = Symbol("nothing");

export interface AskedField {
  readonly label: string;
  readonly field: Field;
  /** The value in JSON form that there is already, or `NOTHING`. */
  readonly given: unknown;
  readonly cwd: string;
}

const COMPOSITE: ReadonlySet<TypeIr["kind"]> = new Set([
  "record",
  "list",
  "set",
  "sheet",
  "tuple",
  "map",
  "dictionary",
]);

/** Tells whether a value of the type is given in one line. */
export function isOneLine(type: TypeIr): boolean {
  const bare = bareType(type);
  return bare.kind === "union" ? bare.options.every(isOneLine) : !COMPOSITE.has(bare.kind);
}

/** Asks for a value that is given in one line; it is checked by its type, and kept in JSON form. */
export function valueQuestion({ label, field, given, cwd }: AskedField): Question {
  const { type, optional } = field;
  const whenEmpty =
    given !== NOTHING ? given : optional === true ? NOTHING : isNullable(type) ? null : undefined;
  return {
    label,
    about: aboutText(field),
    fallback: whenEmpty === undefined ? null : shownText(type, whenEmpty),
    read(text) {
      if (text.trim() !== "") return readText(text, type, cwd);
      return whenEmpty === undefined
        ? { ok: false, problem: 'it is needed (type "" for an empty text)' }
        : { ok: true, value: whenEmpty };
    },
  };
}

/** Asks for an item of a list, or a key: an empty line ends it. */
export function itemQuestion(
  { label, cwd }: Pick<AskedField, "label" | "cwd">,
  { item, of }: { readonly item: TypeIr; readonly of: string },
): Question {
  const about = [aboutText({ type: item }), of, "an empty line ends it"]
    .filter((part) => part !== "")
    .join("; ");
  const field = { type: item, optional: true } as const;
  return { ...valueQuestion({ label, field, given: NOTHING, cwd }), about, fallback: "end" };
}

/** Asks for one of a few words, by their beginnings. */
export function choiceQuestion(
  { label, about = "" }: { readonly label: string; readonly about?: string },
  words: readonly [string, ...string[]],
): Question {
  const [usual] = words;
  return {
    label,
    about: [about, words.join(" or ")].filter((part) => part !== "").join("; "),
    fallback: usual,
    read(text) {
      const typed = text.trim().toLowerCase();
      const found = typed === "" ? usual : words.find((word) => word.startsWith(typed));
      return found === undefined
        ? { ok: false, problem: `type ${words.join(" or ")}` }
        : { ok: true, value: found };
    },
  };
}

function readText(text: string, type: TypeIr, cwd: string): Answer {
  const bare = bareType(type);
  if (bare.kind === "any") return { ok: true, value: jsonOrText(text) };
  if (bare.kind === "text" && text === '""') return readParsed("", type, cwd);
  if (bare.kind === "boolean" && /^[yn]$/i.test(text.trim()))
    return { ok: true, value: /^y$/i.test(text.trim()) };
  return readParsed(bare.kind === "text" ? text : text.trim(), type, cwd);
}

function readParsed(text: string, type: TypeIr, cwd: string): Answer {
  const parsed = compileParse(type, { form: "text", baseDir: cwd })(text);
  return parsed.ok
    ? { ok: true, value: toJsonForm(type, parsed.value) }
    : { ok: false, problem: formatIssues(parsed.issues) };
}

function isNullable(type: TypeIr): boolean {
  return type.kind === "nullable" || (type.kind === "checked" && isNullable(type.inner));
}

function aboutText({ type, optional }: Field): string {
  const unit = type.about?.unit === undefined ? [] : [`in ${type.about.unit}`];
  const facts = [typeText(type), ...limits(type), ...unit, ...(optional === true ? ["optional"] : [])];
  const description = descriptionOf(type);
  return `${facts.join(", ")}${description === "" ? "" : `; ${description}`}`;
}

/** What is typed for types whose name does not say it. */
const SUCH_AS: Partial<Readonly<Record<TypeIr["kind"], string>>> = {
  boolean: "yes or no",
  date: "a date such as 2026-08-21",
  instant: "a time such as 2026-08-21T10:00:00Z",
  duration: "a time span such as 90m",
  size: "a size such as 4 GiB",
  file: "the path of a file",
  dir: "the path of a folder",
};

const typeText = (type: TypeIr): string => SUCH_AS[bareType(type).kind] ?? describeType(type);

/** A value in JSON form as a person types it. */
export function shownText(type: TypeIr, value: unknown): string {
  if (value === NOTHING || value === null) return "nothing";
  const { kind } = bareType(type);
  if (typeof value === "number" && kind === "duration") return formatDuration(value);
  if (typeof value === "number" && kind === "size") return formatSize(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}
