import { LigaseError } from "../errors/ligase-error.ts";
import { typeAt, describeType } from "../types/assignable.ts";
import type { IrOf, TypeIr } from "../types/type-ir.ts";
import type { Dir, File } from "../values/file.ts";
import { callSite, makeNode, type GraphNode } from "./node.ts";

declare const LAZY: unique symbol;

/** Marks the type of a value that is not known yet. Nothing has this field at run time. */
export interface LazyValue<out T> {
  readonly [LAZY]: T;
}

type Scalar = string | number | bigint | boolean | null | undefined | Date | Uint8Array;

/**
 * A value that will be computed: `x.field` and `x[0]` are lazy accesses; everything else is a free function (`eq`, `add`,
 * `format`, `length`, …). Using it in `if`, a template string, arithmetic or iteration is an error.
 */
export type Lazy<T> = LazyValue<T> & LazyFields<T>;

type LazyFields<T> = PartsOf<Exclude<T, null | undefined>>;

/** The parts of a value that may be null are there for the type: where it is null, taking one fails the run. */
type PartsOf<T> = [T] extends [never]
  ? unknown
  : [T] extends [Scalar]
    ? unknown
    : [T] extends [File | Dir]
      ? { readonly name: Lazy<string>; readonly size: Lazy<number>; readonly digest: Lazy<string> }
      : [T] extends [readonly (infer Item)[]]
        ? number extends T["length"]
          ? { readonly [index: number]: LazyPart<Item> }
          : { readonly [K in Extract<keyof T, `${number}`>]: LazyPart<T[K]> }
        : [T] extends [(...args: never[]) => unknown]
          ? T
          : [T] extends [object]
            ? FieldsOf<T>
            : unknown;

/** Of a union, the fields that all have: not a homomorphic mapping, which would give a union of lazy values. */
type FieldsOf<T> = { readonly [K in Extract<keyof T, string>]: LazyPart<Exclude<T[K], undefined>> };

/** A part that was lazy already, in a structure that was written down, is not lazy twice. */
type LazyPart<P> = [P] extends [LazyValue<infer T>] ? Lazy<T> : Lazy<P>;

/** What may stand for a `T` in an argument: the value, a lazy one, or a structure with lazy parts. */
export type Arg<T> =
  | T
  | LazyValue<T>
  | (T extends Scalar | File | Dir | ((...args: never[]) => unknown)
      ? never
      : T extends readonly (infer Item)[]
        ? readonly Arg<Item>[]
        : T extends object
          ? { readonly [K in keyof T]: Arg<T[K]> }
          : never);

/** Arguments by name: each the value, a lazy one, or a structure with lazy parts. A lazy record has lazy fields. */
export type Args<I> = { readonly [K in keyof I]: Arg<I[K]> };

/** The type of the value that a structure with lazy parts becomes. */
export type Unlazy<R> =
  R extends LazyValue<infer T>
    ? T
    : R extends Scalar | File | Dir | ((...args: never[]) => unknown)
      ? R
      : R extends readonly unknown[]
        ? { -readonly [K in keyof R]: Unlazy<R[K]> }
        : R extends object
          ? { -readonly [K in keyof R]: Unlazy<R[K]> }
          : R;

const NODE = Symbol.for("ligase.node");

/** What is behind the proxy. Not a plain record, so that nothing takes a lazy value for one. */
class LazyTarget {
  readonly [NODE]: GraphNode;
  readonly fields = new Map<string, unknown>();

  constructor(node: GraphNode) {
    this[NODE] = node;
  }
}

/**
 * Wraps a node as the lazy value that users see. One that stands for a task can be called. Fields that are given stand
 * for parts of it that are known to be other nodes.
 */
export function lazy<T>(node: GraphNode, fields: Readonly<Record<string, GraphNode>> = {}): Lazy<T> {
  const parts = new LazyTarget(node);
  for (const [name, field] of Object.entries(fields)) parts.fields.set(name, lazy(field));
  const target: LazyTarget =
    taskTypeOf(node.type) === undefined ? parts : Object.assign(() => undefined, parts);
  return new Proxy(target, handler) as unknown as Lazy<T>;
}

/** The type of a task or lambda as a value, also of one that may be null. */
export function taskTypeOf(type: TypeIr | undefined): IrOf<"task"> | undefined {
  if (type?.kind === "checked" || type?.kind === "nullable") return taskTypeOf(type.inner);
  return type?.kind === "task" ? type : undefined;
}

/** Tells whether a value is a lazy one. */
export function isLazy(value: unknown): value is LazyValue<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && NODE in value;
}

/** How a lazy task is called; the authoring layer sets it. */
let callLazy: (callee: GraphNode, args: readonly unknown[]) => GraphNode = () => {
  throw new Error("Nothing calls lazy tasks here.");
};

export function setLazyCaller(call: typeof callLazy): void {
  callLazy = call;
}

/** The node behind a lazy value. */
export function nodeOf(value: LazyValue<unknown>): GraphNode {
  return (value as unknown as LazyTarget)[NODE];
}

const handler: ProxyHandler<LazyTarget> = {
  apply: (target, _self, args: unknown[]) => lazy(callLazy(target[NODE], args)),
  get(target, key) {
    if (key === NODE) return target[NODE];
    if (typeof key === "symbol") return ownSymbol(target, key);
    // An async task body may return a lazy value: it must not look like a promise.
    if (key === "then") return undefined;
    if (key === "toString" || key === "valueOf" || key === "toJSON")
      return () => misused(target, `calling ${key}()`);
    let field = target.fields.get(key);
    if (field === undefined) {
      field = access(target[NODE], key);
      target.fields.set(key, field);
    }
    return field;
  },
  has: (_target, key) => key === NODE,
  set: (target) => misused(target, "assigning to a field"),
  deleteProperty: (target) => misused(target, "deleting a field"),
  ownKeys: (target) => misused(target, "listing its fields (spread, Object.keys)"),
  getOwnPropertyDescriptor: () => undefined,
};

function ownSymbol(target: LazyTarget, key: symbol): unknown {
  if (key === Symbol.toPrimitive) return () => misused(target, "turning it into text or a number");
  if (key === Symbol.iterator || key === Symbol.asyncIterator) return misused(target, "iterating over it");
  if (key === Symbol.for("nodejs.util.inspect.custom")) return () => "Lazy";
  return undefined;
}

function misused(target: LazyTarget, use: string): never {
  throw new LigaseError("lazy-value-used", {
    use,
    label: target[NODE].label ?? null,
    at: callSite() ?? null,
  });
}

function access(base: GraphNode, name: string): Lazy<unknown> {
  const key = /^(?:0|[1-9]\d*)$/.test(name) ? Number(name) : name;
  const type = base.type === undefined ? undefined : typeAt(base.type, key);
  if (base.type !== undefined && type === undefined) {
    throw new LigaseError("unknown-field", {
      field: name,
      type: describeType(base.type),
      at: callSite() ?? null,
    });
  }
  // A field belongs where its base does: it is made once, and may first be asked for in one of several closures.
  return lazy(
    makeNode({
      refs: [base],
      make: ([from]) => ({ op: "get", base: from as number, key }),
      type,
      scope: base.scope,
    }),
  );
}
