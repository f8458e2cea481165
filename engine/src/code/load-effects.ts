import type { Bindings, Scope } from "./scopes.ts";
import { childrenOf, isFunctionNode, nameOf, rootOf, type Identifier, type SyntaxNode } from "./syntax.ts";

/** What a piece of code does to or takes from the world when it runs. */
export interface Effects {
  /** It changes something outside itself. */
  readonly disturbs: boolean;
  /** Offsets where it reads the environment or a file. */
  readonly reads: readonly number[];
  /** Names of the module that it calls, whose effects are its own. */
  readonly calls: readonly { readonly name: string; readonly member: string | null }[];
}

export interface EffectContext {
  readonly bindings: Bindings;
  /** Where an imported name comes from, else null. */
  importOf(name: string): { readonly specifier: string; readonly imported: string } | null;
  isDefinition(call: SyntaxNode): boolean;
  isFromPackage(name: string): boolean;
}

const MUTATORS = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear next".split(" "),
);
const OBJECT_MUTATORS = new Set(
  "assign defineProperty defineProperties setPrototypeOf set deleteProperty".split(" "),
);
const FILE_MODULES = /^(node:)?fs(\/promises)?$/;
const FILE_READS = /^(read|exists|stat|lstat|access|open|glob)/;

/**
 * The effects of code while its module loads (bodies of functions that are only defined are left out), or those it has
 * when it is called as well.
 */
export function effectsOf(root: SyntaxNode, moment: "load" | "call", context: EffectContext): Effects {
  const reader = new EffectReader(root, context);
  const stack: SyntaxNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    reader.note(node);
    if (!context.isDefinition(node)) stack.push(...childrenAt(node, moment));
  }
  return { disturbs: reader.disturbs, reads: reader.reads, calls: [...reader.calls.values()] };
}

/** A function runs while the module loads when it is called on the spot or given to a call. */
function childrenAt(node: SyntaxNode, moment: "load" | "call"): readonly SyntaxNode[] {
  if (moment === "call") return childrenOf(node);
  if (isFunctionNode(node)) return [];
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    return [node.callee, ...node.arguments].map((child): SyntaxNode =>
      isFunctionNode(child) ? child.body : child,
    );
  }
  if (node.type === "PropertyDefinition" && !node.static) return node.computed ? [node.key] : [];
  return childrenOf(node);
}

class EffectReader {
  disturbs = false;
  readonly reads: number[] = [];
  readonly calls = new Map<string, { readonly name: string; readonly member: string | null }>();
  readonly #root: SyntaxNode;
  readonly #context: EffectContext;

  constructor(root: SyntaxNode, context: EffectContext) {
    this.#root = root;
    this.#context = context;
  }

  note(node: SyntaxNode): void {
    switch (node.type) {
      case "AssignmentExpression":
        return this.#noteChange(node.left);
      case "UpdateExpression":
        return this.#noteChange(node.argument);
      case "UnaryExpression":
        return node.operator === "delete" ? this.#noteChange(node.argument) : undefined;
      case "CallExpression":
      case "NewExpression":
        return this.#noteCall(node);
      case "TaggedTemplateExpression":
        return this.#noteCallee(node.tag);
      case "MemberExpression":
        if (this.#isEnvironment(node)) this.reads.push(node.start);
        return;
      default:
        return;
    }
  }

  #noteChange(target: SyntaxNode): void {
    if (target.type === "Identifier") this.disturbs ||= !this.#isInside(this.#scopeOf(target));
    else if (target.type === "MemberExpression") this.disturbs ||= !this.#isOwn(rootOf(target));
    else childrenOf(target).forEach((part) => this.#noteChange(part.type === "Property" ? part.value : part));
  }

  #noteCall(node: Extract<SyntaxNode, { type: "CallExpression" | "NewExpression" }>): void {
    this.#noteCallee(node.callee);
    if (node.callee.type !== "MemberExpression") return;
    const method = nameOf(node.callee.property);
    if (method === null) return;
    const { object } = node.callee;
    const onGlobal = object.type === "Identifier" && (object.name === "Object" || object.name === "Reflect");
    const [first] = node.arguments;
    if (onGlobal && OBJECT_MUTATORS.has(method))
      this.disturbs ||= first !== undefined && !this.#isOwn(rootOf(first));
    else if (MUTATORS.has(method))
      this.disturbs ||= !this.#isOwn(rootOf(object)) && !this.#isOfPackage(rootOf(object));
  }

  #noteCallee(callee: SyntaxNode): void {
    const root = rootOf(callee);
    if (root.type !== "Identifier" || this.#scopeOf(root) !== this.#context.bindings.module) return;
    const member =
      callee.type === "MemberExpression" && callee.object === root ? nameOf(callee.property) : null;
    if (this.#readsFile(root, member)) this.reads.push(callee.start);
    this.calls.set(`${root.name} ${member}`, { name: root.name, member });
  }

  #readsFile(root: Identifier, member: string | null): boolean {
    const origin = this.#context.importOf(root.name);
    if (origin === null || !FILE_MODULES.test(origin.specifier)) return false;
    return FILE_READS.test(member ?? origin.imported);
  }

  #isEnvironment(node: Extract<SyntaxNode, { type: "MemberExpression" }>): boolean {
    if (node.object.type !== "Identifier" || nameOf(node.property) !== "env") return false;
    const scope = this.#scopeOf(node.object);
    const origin = this.#context.importOf(node.object.name);
    return scope === null
      ? node.object.name === "process"
      : /^(node:)?process$/.test(origin?.specifier ?? "");
  }

  #isOfPackage(root: SyntaxNode): boolean {
    return root.type === "Identifier" && this.#context.isFromPackage(root.name);
  }

  /** Whether the value was made by this very code: a variable of its own that is not a parameter, `this`, or fresh. */
  #isOwn(root: SyntaxNode): boolean {
    if (root.type !== "Identifier") return root.type !== "MetaProperty";
    const scope = this.#scopeOf(root);
    return this.#isInside(scope) && !(scope?.params.has(root.name) ?? false);
  }

  #isInside(scope: Scope | null): boolean {
    if (scope === null || scope === this.#context.bindings.module) return false;
    return scope.node.start >= this.#root.start && scope.node.end <= this.#root.end;
  }

  #scopeOf(identifier: Identifier): Scope | null {
    return this.#context.bindings.scopeOf.get(identifier) ?? null;
  }
}
