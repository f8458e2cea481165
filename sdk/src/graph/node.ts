import { LigaseError } from "../errors/ligase-error.ts";
import type { TypeIr } from "../types/type-ir.ts";
import type { Closure, NodeIndex, Operation } from "./template.ts";

/*
 * While user code builds an expression it makes graph nodes: host objects that point at each other. Compiling them
 * (compile.ts) gives a template, which is data. A node belongs to the closure in which it was made, its scope.
 */

/** A closure that is being built, or was; `up` is the closure around it. */
export interface Scope {
  readonly up: Scope | null;
  readonly params: number;
}

export interface GraphNode {
  /** Null for constants, which belong everywhere. */
  readonly scope: Scope | null;
  readonly refs: readonly GraphNode[];
  readonly closures: readonly ClosureGraph[];
  /** The operation, once the operands have indices and the closures are templates. */
  readonly make: (refs: readonly NodeIndex[], closures: readonly Closure[]) => Operation;
  /** Nodes that stand for a decision of their own are never merged with equal ones (C21). */
  readonly distinct?: true;
  readonly label?: string;
  readonly at?: string;
  /** Type of the value, when known: fields and arguments are checked against it. */
  readonly type?: TypeIr;
}

/** A closure after its body ran with placeholders. */
export interface ClosureGraph {
  readonly scope: Scope;
  readonly result: GraphNode;
}

/** Where a task's body builds its expression. */
const AMBIENT: Scope = { up: null, params: 0 };

let current: Scope = AMBIENT;

/** The scope in which nodes are being made. */
export const currentScope = (): Scope => current;

/** Runs `body` in a new scope below the current one (or a free-standing one) and returns what it returned. */
export function inScope<T>(options: { params: number; detached?: boolean }, body: (scope: Scope) => T): T {
  const before = current;
  const scope: Scope = { up: options.detached === true ? null : before, params: options.params };
  current = scope;
  try {
    return body(scope);
  } finally {
    current = before;
  }
}

export interface NodeOptions {
  readonly refs?: readonly GraphNode[];
  readonly closures?: readonly ClosureGraph[];
  readonly make: GraphNode["make"];
  readonly distinct?: true;
  readonly label?: string;
  readonly type?: TypeIr | undefined;
  /** Where it belongs, if not to the current scope. */
  readonly scope?: GraphNode["scope"];
  /** Remember where the user's code made this node. */
  readonly locate?: boolean;
}

/** Makes a node in the current scope. */
export function makeNode(options: NodeOptions): GraphNode {
  // Reading the stack is dear: a body that fans out to 100,000 calls does not pay for it.
  const at = options.locate === true && current !== AMBIENT ? callSite() : undefined;
  return {
    scope: options.scope === undefined ? current : options.scope,
    refs: options.refs ?? [],
    closures: options.closures ?? [],
    make: options.make,
    ...(options.distinct === true ? { distinct: true } : {}),
    ...(options.label === undefined ? {} : { label: options.label }),
    ...(options.type === undefined ? {} : { type: options.type }),
    ...(at === undefined ? {} : { at }),
  };
}

/** A constant. The value must be encodable; it is checked when the template is compiled. */
export function valueNode(value: unknown): GraphNode {
  return { scope: null, refs: [], closures: [], make: () => ({ op: "value", value }) };
}

/** A parameter of the current scope. */
export function paramNode(index: number, type?: TypeIr): GraphNode {
  return makeNode({ make: () => ({ op: "param", index }), type });
}

const OWN_FILES = /[\\/](?:sdk|@ligase[\\/]sdk)[\\/](?:src|dist)[\\/]/;

/** `file:line:column` of the first frame of the stack that is not the SDK's. */
export function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 16;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const place = /\(?((?:file:|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place === undefined || (OWN_FILES.test(place) && !/\.test\.[cm]?[jt]s/.test(place))) continue;
    return place.startsWith("file:") ? decodeURIComponent(new URL(place).pathname) : place;
  }
  return undefined;
}

/** Tells whether `inner` is `outer` or a scope below it. */
export function isWithin(inner: Scope | null, outer: Scope | null): boolean {
  for (let scope: Scope | null = inner; scope !== null; scope = scope.up) if (scope === outer) return true;
  return outer === null;
}

/** The error for a lazy value that was carried out of the closure where it was made. */
export function escaped(node: GraphNode): LigaseError {
  return new LigaseError("lazy-outside-closure", { at: node.at ?? null });
}
