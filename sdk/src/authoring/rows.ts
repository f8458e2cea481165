import { lazy, type Arg, type Lazy } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { makeNode } from "../graph/node.ts";

/*
 * Operators on lists of records. They wait for the named fields of all rows and for nothing else: a group starts when
 * its members are ready. Keys are field names; the order is always the input's.
 */

/** Name of a field of a row. */
export type FieldName<T> = Extract<keyof T, string>;
type One<K> = K extends readonly (infer Name)[] ? Name : K;

function rows<T>(operator: string, operands: readonly unknown[], options: unknown = null): Lazy<T> {
  return lazy<T>(
    makeNode({
      refs: operands.map(lift),
      make: (refs) => ({ op: "rows", operator, operands: refs, options }),
      label: operator,
      locate: true,
    }),
  );
}

const names = (key: string | readonly string[]): readonly string[] => (typeof key === "string" ? [key] : key);

/** Groups rows with equal key fields: `{ ...key fields, rows }`, groups in the order of their first row. */
export function groupBy<T, K extends FieldName<T> | readonly FieldName<T>[]>(
  list: Arg<readonly T[]>,
  key: K,
): Lazy<(Pick<T, Extract<One<K>, keyof T>> & { rows: T[] })[]> {
  return rows("groupBy", [list], { key: names(key) });
}

export interface JoinOptions {
  /** What to do with a left row without a right one (and, for `error`, the other way round): default `error`. */
  readonly unmatched?: "error" | "drop" | "keep-left";
}

/** Joins rows with equal key fields into one row each; fields of the right one win. One-to-many gives many. */
export function joinBy<L, R, K extends FieldName<L> & FieldName<R>>(
  left: Arg<readonly L[]>,
  right: Arg<readonly R[]>,
  key: K | readonly K[],
  options: JoinOptions & { unmatched: "keep-left" },
): Lazy<(L & Partial<R>)[]>;
export function joinBy<L, R, K extends FieldName<L> & FieldName<R>>(
  left: Arg<readonly L[]>,
  right: Arg<readonly R[]>,
  key: K | readonly K[],
  options?: JoinOptions,
): Lazy<(L & R)[]>;
export function joinBy(
  left: unknown,
  right: unknown,
  key: string | readonly string[],
  options: JoinOptions = {},
): Lazy<unknown> {
  return rows("joinBy", [left, right], { key: names(key), unmatched: options.unmatched ?? "error" });
}

/** The fields that all members of a union have; each with any of their values. */
type Where<T> = { readonly [K in FieldName<T>]?: Arg<T[K]> };
type Constant = string | number | boolean | null;

/** Without the members of a union that a constant excludes: `{ ok: true }` leaves the successes of settled items. */
type Matching<T, W> = T extends unknown
  ? true extends Excluded<T, W>[keyof Excluded<T, W>]
    ? never
    : T
  : never;
type Excluded<T, W> = {
  readonly [K in keyof W & keyof T]: W[K] extends Constant
    ? [W[K] & T[K]] extends [never]
      ? true
      : false
    : false;
};
type NoOthers<W, T> = { readonly [K in Exclude<keyof W, keyof T>]: never };

/** Rows whose fields equal the given ones. Of a union, constants leave the members that can have them. */
export function filter<T, const W extends Where<T>>(
  list: Arg<readonly T[]>,
  where: W & NoOthers<W, T>,
): Lazy<Matching<T, W>[]> {
  return rows("filter", [list, where]);
}

/** Every pair of a left and a right row, as one record; the left one varies slowest. */
export const cross = <L, R>(left: Arg<readonly L[]>, right: Arg<readonly R[]>): Lazy<(L & R)[]> =>
  rows("cross", [left, right]);
/** Lists of at most `size` rows each. */
export const chunk = <T>(list: Arg<readonly T[]>, size: number): Lazy<T[][]> =>
  rows("chunk", [list], { size });
/** One list from a list of lists. */
export const flatten = <T>(lists: Arg<readonly (readonly T[])[]>): Lazy<T[]> => rows("flatten", [lists]);
/** One list from several. */
export const concat = <T>(...lists: readonly Arg<readonly T[]>[]): Lazy<T[]> => rows("concat", lists);
/** Pairs of two lists of one length. */
export const zip = <A, B>(a: Arg<readonly A[]>, b: Arg<readonly B[]>): Lazy<[A, B][]> => rows("zip", [a, b]);

/** Rows in the order of their key fields; equal ones keep their order. */
export function sortBy<T>(
  list: Arg<readonly T[]>,
  key: FieldName<T> | readonly FieldName<T>[],
  options: { readonly descending?: boolean } = {},
): Lazy<T[]> {
  return rows("sortBy", [list], { key: names(key), descending: options.descending ?? false });
}

/** One field of every row. */
export const pluck = <T, K extends FieldName<T>>(list: Arg<readonly T[]>, key: K): Lazy<T[K][]> =>
  rows("pluck", [list], { key });
/** The rows without repetition: by the named fields, or by the whole row. */
export const unique = <T>(list: Arg<readonly T[]>, key?: FieldName<T> | readonly FieldName<T>[]): Lazy<T[]> =>
  rows("unique", [list], { key: key === undefined ? null : names(key) });
/** Number of rows. */
export const count = (list: Arg<readonly unknown[]>): Lazy<number> => rows<number>("count", [list]);
