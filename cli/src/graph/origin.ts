/**
 * Where a value comes from: ids of the steps and inputs that it is made of, of a record also field by field. A list and
 * its items share one origin; `spine` is what must be known to know how many items there are.
 */
export interface Origin {
  readonly from: readonly string[];
  readonly spine: readonly string[];
  /** Null where the fields are not told apart. */
  readonly fields: ReadonlyMap<string, Origin> | null;
}

export const NOWHERE: Origin = { from: [], spine: [], fields: null };

/** What a step or an input gives. */
export const stepOrigin = (id: string): Origin => ({ from: [id], spine: [id], fields: null });

/** A record that is written out. */
export function recordOrigin(fields: ReadonlyMap<string, Origin>): Origin {
  return { from: idsOf([...fields.values()]), spine: [], fields };
}

export function fieldOf(origin: Origin, name: string): Origin {
  return origin.fields?.get(name) ?? { ...origin, fields: null };
}

/** One of several values, or a list of them: what any of them is made of. */
export function unionOf(origins: readonly Origin[]): Origin {
  const [only] = origins;
  if (only !== undefined && origins.length === 1) return only;
  const names = new Set(origins.flatMap(({ fields }) => [...(fields?.keys() ?? [])]));
  const fields = [...names].map(
    (name) => [name, unionOf(origins.map((origin) => fieldOf(origin, name)))] as const,
  );
  return {
    from: idsOf(origins),
    spine: distinct(origins.map(({ spine }) => spine)),
    fields: fields.length === 0 ? null : new Map(fields),
  };
}

/** A value that is computed from all of these, whatever their fields. */
export const computedFrom = (origins: readonly Origin[]): Origin => ({
  from: idsOf(origins),
  spine: idsOf(origins),
  fields: null,
});

/** What an operator on lists of records gives. */
export function rowsOrigin(operator: string, operands: readonly Origin[], options: unknown): Origin {
  const [rows = NOWHERE, other = NOWHERE] = operands;
  const { key } = (options ?? {}) as { readonly key?: string | readonly string[] | null };
  const keys = key === undefined || key === null ? [] : [key].flat();
  const withKeys = (...lists: readonly Origin[]): readonly string[] =>
    distinct(lists.flatMap((list) => [list.spine, ...keys.map((name) => fieldOf(list, name).from)]));
  switch (operator) {
    case "pluck":
      return { ...fieldOf(rows, String(key)), spine: rows.spine };
    case "groupBy": {
      const fields = new Map([
        ...keys.map((name) => [name, fieldOf(rows, name)] as const),
        ["rows", rows] as const,
      ]);
      return { from: rows.from, spine: withKeys(rows), fields };
    }
    case "joinBy":
    case "cross":
      return { ...joined(rows, other), spine: withKeys(rows, other) };
    case "filter":
      return {
        ...rows,
        spine: distinct([
          rows.spine,
          other.from,
          ...[...(other.fields?.keys() ?? [])].map((name) => fieldOf(rows, name).from),
        ]),
      };
    case "sortBy":
    case "unique":
      return { ...rows, spine: withKeys(rows) };
    case "count":
      return { from: rows.spine, spine: rows.spine, fields: null };
    case "chunk":
    case "flatten":
    case "concat":
      return unionOf(operands);
    default:
      return computedFrom(operands);
  }
}

/** Two records put together. */
export function joined(left: Origin, right: Origin): Origin {
  if (left.fields === null || right.fields === null) return unionOf([left, right]);
  return {
    from: idsOf([left, right]),
    spine: distinct([left.spine, right.spine]),
    fields: new Map([...left.fields, ...right.fields]),
  };
}

/** Ids, each once, in the order they come. */
export const distinct = (lists: readonly (readonly string[])[]): readonly string[] => [
  ...new Set(lists.flat()),
];

const idsOf = (origins: readonly Origin[]): readonly string[] => distinct(origins.map(({ from }) => from));
