const CALLABLE = Symbol.for("ligase.callable");

/** A template as values know it: closed plain data; what its nodes mean is the graph's matter. */
export interface ClosedTemplate {
  readonly params: number;
  readonly nodes: readonly object[];
  readonly result: number;
}

/**
 * Tasks and lambdas as values. A task stands by its name, a lambda as its closed template with what it captured, and
 * either may have some arguments bound already (`partial`).
 */
export type CallableFields =
  | {
      readonly kind: "task" | "workflow";
      readonly name: string;
      readonly bound?: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "lambda"; readonly template: ClosedTemplate; readonly captures: readonly unknown[] };

export interface Callable {
  readonly [CALLABLE]: CallableFields;
}

export function isCallable(value: unknown): value is Callable {
  return (typeof value === "function" || (typeof value === "object" && value !== null)) && CALLABLE in value;
}

export const callableFields = (value: Callable): CallableFields => value[CALLABLE];

/** How a decoded callable is made callable again; the authoring layer sets it, so that values know nothing of it. */
let wrap: (fields: CallableFields) => Callable = (fields) => ({ [CALLABLE]: fields });

export function setCallableWrapper(make: (fields: CallableFields) => Callable): void {
  wrap = make;
}

/** What a template means, as a hash; the graph layer sets it, for the same reason. */
let hashTemplate: (template: ClosedTemplate) => string = () => {
  throw new Error("Nothing hashes templates here.");
};

export function setTemplateHasher(hasher: typeof hashTemplate): void {
  hashTemplate = hasher;
}

export const hashOfTemplate = (template: ClosedTemplate): string => hashTemplate(template);

export function decodeCallable(body: unknown): Callable {
  const { hash: _hash, ...fields } = body as CallableFields & { hash?: string };
  return wrap(fields);
}

/** Marks an object or function as a callable value. */
export function brandCallable<T extends object>(target: T, fields: CallableFields): T & Callable {
  Object.defineProperty(target, CALLABLE, { value: fields });
  return target as T & Callable;
}
