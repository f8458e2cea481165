import { LigaseError } from "../errors/ligase-error.ts";
import { encode } from "../values/codec.ts";
import { currentScope, escaped, isWithin, type ClosureGraph, type GraphNode, type Scope } from "./node.ts";
import { lift } from "./lift.ts";
import type { Closure, NodeIndex, Operation, Template, TemplateNode } from "./template.ts";

/** Nodes that a template may have (C13). */
export const MAX_TEMPLATE_NODES = 1_000_000;

/** Compiles what a task body returned into a template without parameters. */
export function compileExpression(value: unknown): Template {
  const scope = currentScope();
  const compiled = compileClosure({ scope, result: lift(value) });
  const free = compiled.captures[0];
  if (free !== undefined) throw escaped(free);
  return compiled.template;
}

/** Compiles a closure that uses nothing from outside: a workflow's body. */
export function compileBody(closure: ClosureGraph): Template {
  const compiled = compileClosure(closure);
  const free = compiled.captures[0];
  if (free !== undefined) throw escaped(free);
  return compiled.template;
}

interface CompiledClosure {
  readonly template: Template;
  /** Nodes of enclosing scopes, in the order of the capture parameters. */
  readonly captures: readonly GraphNode[];
}

/**
 * Turns the nodes that a closure's result needs into a template. Nodes of enclosing scopes become parameters after the
 * closure's own (closure conversion), so that every template is closed and can be hashed alone. Iterative: an
 * expression may be as deep as memory allows (R8).
 */
export function compileClosure(closure: ClosureGraph): CompiledClosure {
  const builder = new TemplateBuilder(closure.scope);
  const stack: GraphNode[] = [closure.result];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const missing = builder.missing(node);
    if (missing.length === 0) {
      builder.add(node);
      stack.pop();
    } else {
      for (let index = missing.length - 1; index >= 0; index--) stack.push(missing[index] as GraphNode);
    }
  }
  return builder.finish(closure.result);
}

class TemplateBuilder {
  readonly #scope: Scope;
  readonly #nodes: TemplateNode[] = [];
  readonly #indices = new Map<GraphNode, NodeIndex>();
  readonly #merged = new Map<string, NodeIndex>();
  readonly #closures = new Map<GraphNode, readonly CompiledClosure[]>();
  readonly #captures: GraphNode[] = [];
  readonly #gateNames = new Set<string>();
  readonly #externalCalls = new Map<string, number>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** What must be added before a node: operands, and what its closures use of this template. */
  missing(node: GraphNode): readonly GraphNode[] {
    if (this.#indices.has(node) || this.#isOutside(node)) return [];
    const needed = [...node.refs, ...this.#inner(node).flatMap((inner) => inner.captures)];
    return needed.filter((operand) => !this.#indices.has(operand));
  }

  add(node: GraphNode): void {
    if (this.#indices.has(node)) return;
    if (this.#isOutside(node)) this.#indices.set(node, this.#capture(node));
    else this.#indices.set(node, this.#insert(this.#operation(node), node));
  }

  finish(result: GraphNode): CompiledClosure {
    const template = {
      params: this.#scope.params + this.#captures.length,
      nodes: this.#nodes,
      result: this.#at(result),
    };
    return { template, captures: this.#captures };
  }

  #inner(node: GraphNode): readonly CompiledClosure[] {
    let inner = this.#closures.get(node);
    if (inner === undefined) {
      inner = node.closures.map(compileClosure);
      this.#closures.set(node, inner);
    }
    return inner;
  }

  #isOutside(node: GraphNode): boolean {
    return node.scope !== null && node.scope !== this.#scope;
  }

  #capture(node: GraphNode): NodeIndex {
    if (!isWithin(this.#scope, node.scope)) throw escaped(node);
    this.#captures.push(node);
    return this.#insert({ op: "param", index: this.#scope.params + this.#captures.length - 1 }, node);
  }

  #operation(node: GraphNode): Operation {
    const closures = this.#inner(node).map((inner): Closure => ({
      template: inner.template,
      captures: inner.captures.map((outer) => this.#at(outer)),
    }));
    return node.make(
      node.refs.map((operand) => this.#at(operand)),
      closures,
    );
  }

  #insert(made: Operation, node: GraphNode): NodeIndex {
    const operation = made.op === "gate" ? this.#placed(made, node) : made;
    const key = node.distinct === true ? null : mergeKey(operation);
    const known = key === null ? undefined : this.#merged.get(key);
    if (known !== undefined) return known;
    if (this.#nodes.length >= MAX_TEMPLATE_NODES)
      throw new LigaseError("template-too-large", { limit: MAX_TEMPLATE_NODES });
    const label = node.label === undefined ? {} : { label: node.label };
    const at = node.at === undefined ? {} : { at: node.at };
    const index = this.#nodes.push({ ...operation, ...label, ...at }) - 1;
    if (key !== null) this.#merged.set(key, index);
    return index;
  }

  /** C21: a name stands for one gate of a template; the calls of an external task are told apart as those of a workflow. */
  #placed(gate: GateOperation, node: GraphNode): GateOperation {
    const { name, kind } = gate;
    const before = this.#externalCalls.get(name) ?? 0;
    if (this.#gateNames.has(name) && (kind !== "external" || before === 0))
      throw new LigaseError("gate-name-twice", { name, at: node.at ?? null });
    this.#gateNames.add(name);
    if (kind !== "external") return gate;
    this.#externalCalls.set(name, before + 1);
    return before === 0 ? gate : { ...gate, place: `${name}~${before + 1}` };
  }

  #at(node: GraphNode): NodeIndex {
    const index = this.#indices.get(node);
    if (index === undefined) throw new Error("A node was used before it was added.");
    return index;
  }
}

type GateOperation = Extract<Operation, { op: "gate" }>;

/** What makes nodes equal; null where each stands for itself, because a gate may be below it (C21). */
function mergeKey(operation: Operation): string | null {
  if (!MERGED.has(operation.op) || (operation.op === "call" && operation.target === "workflow")) return null;
  if (operation.op === "get") return `g${operation.base}.${operation.key}`;
  return encode(operation, { locations: true, unread: true });
}

const MERGED = new Set(["value", "param", "get", "list", "record", "primitive", "call", "rows", "partial"]);
