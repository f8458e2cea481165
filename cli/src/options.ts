/* What a command takes: flags and arguments, as data. Reading them is in `read-options.ts`, showing them in `help.ts`. */

interface Described {
  /** One line for `--help`. */
  readonly about: string;
}

export type OptionSpec = Described &
  (
    | { readonly kind: "flag"; readonly short?: string }
    | { readonly kind: "text"; readonly value: string; readonly short?: string }
    /** The value may be left out; then it is the empty text. */
    | { readonly kind: "optional-text"; readonly value: string }
    /** A number above zero. */
    | { readonly kind: "amount"; readonly value: string; readonly short?: string }
    /** A whole number from 1. */
    | { readonly kind: "count"; readonly value: string; readonly short?: string }
    | { readonly kind: "choice"; readonly values: readonly string[] }
    /** May be given several times. */
    | { readonly kind: "list"; readonly value: string }
  );

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type OptionValue<S extends OptionSpec> = S extends { kind: "flag" }
  ? boolean
  : S extends { kind: "list" }
    ? readonly string[]
    : S extends { kind: "amount" | "count" }
      ? number | undefined
      : S extends { kind: "choice"; values: readonly (infer V)[] }
        ? V | undefined
        : string | undefined;

/** The values that a command gets, by the names in its table. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: OptionValue<T[K]> };

/** An argument by position. */
export interface ArgumentSpec {
  /** As it stands in the usage line: `RUN`. */
  readonly name: string;
  readonly about: string;
  readonly optional?: true;
  /** Of the last one: it stands for all that follow. */
  readonly many?: true;
}

/** What every command takes. */
export const COMMON_OPTIONS = {
  root: {
    kind: "text",
    value: "DIR",
    about: "folder of the store, the files and the work folders (default .ligase)",
  },
  store: {
    kind: "text",
    value: "URL",
    about: "store on Postgres; better as LIGASE_STORE, for others see the words of a command, passwords too",
  },
  json: { kind: "flag", about: "JSON for machines instead of text for people" },
  help: { kind: "flag", short: "h", about: "show this text" },
} as const satisfies OptionTable;

export type CommonOptions = OptionValues<typeof COMMON_OPTIONS>;
