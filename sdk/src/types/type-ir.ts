/** Version of the type description; part of every schema hash (C12). */
export const TYPE_IR_VERSION = 1;

/** What a person reads beside a field. Never hashed. */
export interface Description {
  readonly title?: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly unit?: string;
  readonly group?: string;
  readonly examples?: readonly unknown[];
}

interface Described {
  readonly about?: Description;
}

/** A field of a record: absent means required; a default is a canonical value filled in before hashing. */
export interface Field {
  readonly type: TypeIr;
  readonly optional?: true;
  readonly default?: { readonly value: unknown };
  /** An input that may come after the launch: it is optional then, and who needs it waits for it. */
  readonly signal?: true;
}

/** How many items a list, set or map may have. */
interface Counted {
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * Ligase's own small type description (C12): a closed set, compiled from Zod schemas. Durations are integers in
 * milliseconds, sizes integers in bytes, instants are `Date`, dates are text `YYYY-MM-DD`.
 */
export type TypeIr = Described &
  (
    | { readonly kind: "any" }
    | { readonly kind: "null" }
    | {
        readonly kind: "text";
        readonly minLength?: number;
        readonly maxLength?: number;
        /** Source of a regular expression; several patterns are joined by look-aheads. */
        readonly pattern?: string;
        readonly flags?: string;
        /** Named format: `email`, `url`, `uuid`, `datetime`, `time`, … Checked by `pattern` when that is given. */
        readonly format?: string;
      }
    | {
        readonly kind: "number" | "integer";
        readonly min?: Bound;
        readonly max?: Bound;
        readonly multipleOf?: number;
      }
    | {
        readonly kind: "bigint";
        readonly min?: BigBound;
        readonly max?: BigBound;
        readonly multipleOf?: string;
      }
    | { readonly kind: "boolean" }
    | { readonly kind: "enum"; readonly values: readonly EnumValue[] }
    | { readonly kind: "date" }
    /** Bounds are ISO text in UTC, both inclusive. */
    | { readonly kind: "instant"; readonly min?: string; readonly max?: string }
    | { readonly kind: "duration"; readonly minMs?: number; readonly maxMs?: number }
    | { readonly kind: "size"; readonly minBytes?: number; readonly maxBytes?: number }
    | { readonly kind: "bytes" }
    | ({ readonly kind: "list"; readonly item: TypeIr } & Counted)
    | { readonly kind: "tuple"; readonly items: readonly TypeIr[]; readonly rest?: TypeIr }
    | ({ readonly kind: "map"; readonly key: TypeIr; readonly value: TypeIr } & Counted)
    | { readonly kind: "dictionary"; readonly value: TypeIr; readonly key?: TypeIr }
    | ({ readonly kind: "set"; readonly item: TypeIr } & Counted)
    | {
        readonly kind: "record";
        readonly fields: Readonly<Record<string, Field>>;
        readonly extra?: "reject" | "keep";
      }
    | { readonly kind: "union"; readonly options: readonly TypeIr[]; readonly discriminator?: string }
    | { readonly kind: "nullable"; readonly inner: TypeIr }
    | { readonly kind: "file"; readonly extensions?: readonly string[]; readonly mediaType?: string }
    | { readonly kind: "dir" }
    | { readonly kind: "sheet"; readonly row: TypeIr }
    | { readonly kind: "secret" }
    | { readonly kind: "task"; readonly input?: TypeIr; readonly output?: TypeIr }
    | { readonly kind: "checked"; readonly inner: TypeIr; readonly checks: readonly string[] }
  );

/** A bound of a number; `open` excludes the value itself. */
export interface Bound {
  readonly value: number;
  readonly open?: true;
}

/** A bound of a bigint, as decimal text; `open` excludes the value itself. */
export interface BigBound {
  readonly value: string;
  readonly open?: true;
}

export type EnumValue = string | number | boolean | null;

/** The type description of one kind: `IrOf<"record">`. */
export type IrOf<K extends TypeIr["kind"]> = Extract<TypeIr, { readonly kind: K }>;

export type RecordIr = IrOf<"record">;
