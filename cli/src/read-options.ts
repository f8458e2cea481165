import { Problem } from "./problem.ts";
import type { ArgumentSpec, OptionSpec, OptionTable } from "./options.ts";
import { nearest } from "./nearest.ts";

export interface Grammar {
  readonly command: string;
  readonly usage: string;
  readonly options: OptionTable;
  readonly positionals: readonly ArgumentSpec[];
  /** So many arguments are read, by the flags before them; what follows, from the first flag of others on, is in `rest`. */
  readonly leaveRestAfter?: ((values: Readonly<Record<string, unknown>>) => number) | undefined;
}

export interface ReadOptions {
  /** By option name; lists are always there, flags are false when absent. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
  readonly rest: readonly string[];
}

/**
 * Reads a command line by its grammar. Throws the problems `flag-unknown`, `flag-value-missing`, `flag-value-invalid`,
 * `argument-missing`, `argument-unexpected`.
 */
export function readOptions(argv: readonly string[], grammar: Grammar): ReadOptions {
  const values = emptyValues(grammar.options);
  const positionals: string[] = [];
  const isFull = (): boolean =>
    positionals.length >= grammar.positionals.length && grammar.positionals.at(-1)?.many !== true;
  const { options, leaveRestAfter } = grammar;
  const isForeign = (token: string): boolean =>
    positionals.length > 0 &&
    token !== "--" &&
    isFlag(token) &&
    optionName(options, splitFlag(token).flag) === undefined;
  const isRest = (token: string): boolean =>
    leaveRestAfter !== undefined && (positionals.length >= leaveRestAfter(values) || isForeign(token));
  let index = 0;
  let onlyArguments = false;
  while (index < argv.length) {
    const token = argv[index] ?? "";
    if (isRest(token)) break;
    if (!onlyArguments && token === "--") onlyArguments = true;
    else if (!onlyArguments && isFlag(token)) {
      index = readOption(argv, index, { grammar, values, mayTakeNext: isFull() });
      continue;
    } else if (isFull()) throw unexpected(grammar, token);
    else positionals.push(token);
    index++;
  }
  if (values["help"] !== true) requireArguments(grammar, positionals);
  return { values, positionals, rest: argv.slice(index) };
}

/** Tells whether a token is a flag and not an argument; `-` alone stands for standard input. */
export const isFlag = (token: string): boolean => /^-[^\d]/.test(token);

/** Values before anything is read. */
export function emptyValues(options: OptionTable): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(options)) {
    if (kind === "flag") values[name] = false;
    if (kind === "list") values[name] = [];
  }
  return values;
}

interface Reading {
  readonly grammar: Pick<Grammar, "command" | "options">;
  readonly values: Record<string, unknown>;
  /** A value that may be left out is taken from the next token. */
  readonly mayTakeNext: boolean;
}

/** Reads the option at `index` into `values` and gives the index after it. */
export function readOption(argv: readonly string[], index: number, reading: Reading): number {
  const { flag, inline } = splitFlag(argv[index] ?? "");
  const { grammar, values } = reading;
  const name = optionName(grammar.options, flag);
  const spec = name === undefined ? undefined : grammar.options[name];
  if (name === undefined || spec === undefined) throw unknownFlag(grammar, flag);
  if (spec.kind === "flag") {
    if (inline !== undefined)
      throw new Problem("flag-value-invalid", { flag, found: inline, expected: "given without a value" });
    values[name] = true;
    return index + 1;
  }
  const taken = inline ?? nextValue(argv[index + 1], spec, reading);
  if (taken === undefined && spec.kind !== "optional-text")
    throw new Problem("flag-value-missing", { flag, value: placeholder(spec) });
  store(values, name, readValue(spec, flag, taken ?? ""));
  return index + (inline === undefined && taken !== undefined ? 2 : 1);
}

/** `--name=value` in its parts. */
export function splitFlag(token: string): { readonly flag: string; readonly inline: string | undefined } {
  const equals = token.indexOf("=");
  return token.startsWith("--") && equals > 0
    ? { flag: token.slice(0, equals), inline: token.slice(equals + 1) }
    : { flag: token, inline: undefined };
}

/** What stands for an option's value in help and messages. */
export function placeholder(spec: OptionSpec): string {
  if (spec.kind === "flag") return "";
  return spec.kind === "choice" ? spec.values.join("|") : spec.value;
}

/** The option that a flag names, long or short. */
export function optionName(options: OptionTable, flag: string): string | undefined {
  if (flag.startsWith("--")) return Object.hasOwn(options, flag.slice(2)) ? flag.slice(2) : undefined;
  return Object.entries(options).find(([, spec]) => "short" in spec && `-${spec.short}` === flag)?.[0];
}

/** The following token, where it is the option's value. */
function nextValue(
  token: string | undefined,
  spec: OptionSpec,
  { mayTakeNext }: Reading,
): string | undefined {
  if (token === undefined || isFlag(token)) return undefined;
  return spec.kind !== "optional-text" || mayTakeNext ? token : undefined;
}

function readValue(spec: OptionSpec, flag: string, text: string): string | number {
  if (spec.kind === "choice" && !spec.values.includes(text))
    throw new Problem("flag-value-invalid", {
      flag,
      found: text,
      expected: `one of ${spec.values.join(", ")}`,
    });
  if (spec.kind !== "amount" && spec.kind !== "count") return text;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  const fits = number > 0 && (spec.kind === "amount" || Number.isSafeInteger(number));
  if (fits) return number;
  const expected = spec.kind === "amount" ? "a number above zero" : "a whole number from 1";
  throw new Problem("flag-value-invalid", { flag, found: text, expected });
}

function store(values: Record<string, unknown>, name: string, value: string | number): void {
  const before = values[name];
  values[name] = Array.isArray(before) ? [...(before as unknown[]), value] : value;
}

function unknownFlag({ command, options }: Pick<Grammar, "command" | "options">, flag: string): Problem {
  const near = nearest(
    flag,
    Object.keys(options).map((name) => `--${name}`),
  );
  return new Problem("flag-unknown", { command, flag, near });
}

function requireArguments(grammar: Grammar, given: readonly string[]): void {
  const missing = grammar.positionals.find(
    (spec, index) => spec.optional !== true && given[index] === undefined,
  );
  if (missing === undefined) return;
  const { command, usage } = grammar;
  throw new Problem("argument-missing", { command, argument: `${missing.name} (${missing.about})`, usage });
}

function unexpected({ command, usage }: Grammar, found: string): Problem {
  return new Problem("argument-unexpected", { command, found, usage });
}
