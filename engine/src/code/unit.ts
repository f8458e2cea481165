import { hashText, type Hash } from "@ligase/sdk/internal";
import type { Bindings, Scope } from "./scopes.ts";
import {
  fieldsOf,
  isFunctionNode,
  isNode,
  nameOf,
  rootOf,
  type Identifier,
  type SyntaxNode,
} from "./syntax.ts";

/**
 * How much of a piece of code counts: all of it, or only the functions in it. Of a schema only the functions count, for
 * its types are in the interface of the key and its descriptions nowhere (C6, C12).
 */
export type Extent = "whole" | "functions";

/** Something outside a unit that its code refers to. */
export type Reference =
  | { readonly kind: "name"; readonly name: string; readonly member: string | null; readonly extent: Extent }
  | { readonly kind: "module"; readonly specifier: string }
  /** A file beside the module that is read by `asset`. */
  | { readonly kind: "asset"; readonly path: string };

export interface Hazard {
  readonly kind: "eval" | "computed-import";
  readonly offset: number;
}

/** A piece of code as it counts: the hash of its normalised tree, and what it refers to, in order of first use. */
export interface Unit {
  readonly hash: Hash;
  readonly references: readonly Reference[];
  readonly hazards: readonly Hazard[];
  /** The scopes around the piece, below the module's, whose variables it uses. */
  readonly captured: ReadonlySet<Scope>;
  readonly capturedNames: readonly string[];
}

export interface UnitContext {
  readonly bindings: Bindings;
  /** Whether a call defines a task, script or workflow of Ligase: it counts by name only (C15). */
  isDefinition(call: SyntaxNode): boolean;
  /** Whether a call is `asset` of Ligase. */
  isAsset(call: SyntaxNode): boolean;
  /** Whether a name of the module comes from a package. */
  isFromPackage(name: string): boolean;
}

export interface Piece {
  readonly node: SyntaxNode;
  readonly extent: Extent;
  /** The definition whose own code is asked for: it counts by its functions, not by name. */
  readonly opened?: SyntaxNode;
}

/** Options of a task that cannot change its value, or are in the key as values (C6). */
const NOT_CODE = new Set(
  "name description version cache env image secrets light deck resources growth retries timeout executor limits priority interruptible labels tags".split(
    " ",
  ),
);

/** Schema methods that take code: their arguments count whole. */
const CODE_METHODS = new Set("refine superRefine check transform preprocess overwrite".split(" "));

/** Reads the normalised tree of some pieces of one module, without recursion. */
export function readUnit(pieces: readonly Piece[], context: UnitContext): Unit {
  const reader = new UnitReader(pieces, context);
  return reader.read();
}

type Step = string | { readonly node: SyntaxNode; readonly extent: Extent; readonly raw?: boolean };

class UnitReader {
  readonly #pieces: readonly Piece[];
  readonly #context: UnitContext;
  readonly #text: string[] = [];
  readonly #stack: Step[] = [];
  readonly #references = new Map<string, Reference>();
  readonly #hazards: Hazard[] = [];
  readonly #captured = new Set<Scope>();
  readonly #capturedNames = new Set<string>();
  #piece: Piece | null = null;

  constructor(pieces: readonly Piece[], context: UnitContext) {
    this.#pieces = pieces;
    this.#context = context;
  }

  read(): Unit {
    for (const piece of this.#pieces) {
      this.#piece = piece;
      this.#text.push("#");
      this.#push([{ node: piece.node, extent: piece.extent }]);
      for (let step = this.#stack.pop(); step !== undefined; step = this.#stack.pop()) this.#take(step);
    }
    return {
      hash: hashText(this.#text.join(" ")),
      references: [...this.#references.values()],
      hazards: this.#hazards,
      captured: this.#captured,
      capturedNames: [...this.#capturedNames],
    };
  }

  #take(step: Step): void {
    if (typeof step === "string") this.#text.push(step);
    else if (step.node === this.#piece?.opened && step.node.type === "CallExpression")
      this.#openDefinition(step.node);
    else if (step.extent === "functions") this.#takeFunctions(step.node);
    else this.#takeWhole(step.node, step.raw === true);
  }

  #push(steps: readonly Step[]): void {
    for (let i = steps.length - 1; i >= 0; i--) this.#stack.push(steps[i] as Step);
  }

  /** The code of a definition: its body, and the functions in its schemas and options. */
  #openDefinition(call: Extract<SyntaxNode, { type: "CallExpression" }>): void {
    this.#text.push("definition");
    this.#push(
      call.arguments.flatMap((argument, index): Step[] => {
        if (index > 0) return ["argument", { node: argument, extent: "whole" }];
        if (argument.type !== "ObjectExpression") return ["options", { node: argument, extent: "functions" }];
        return argument.properties.flatMap((property) => optionSteps(property));
      }),
    );
  }

  #takeWhole(node: SyntaxNode, raw: boolean): void {
    this.#noteHazard(node);
    switch (node.type) {
      case "Identifier":
        this.#text.push(node.name);
        this.#refer(node, null, "whole");
        return;
      case "Literal":
        this.#text.push(literalText(node));
        return;
      case "TemplateElement":
        this.#text.push(raw ? `r${JSON.stringify(node.value.raw)}` : JSON.stringify(node.value.cooked));
        return;
      case "TaggedTemplateExpression":
        this.#push(["Tagged", { node: node.tag, extent: "whole" }, ...this.#fields(node.quasi, true)]);
        return;
      case "MemberExpression":
        if (!this.#takeMember(node, "whole")) this.#push(this.#fields(node));
        return;
      case "CallExpression":
        if (this.#context.isAsset(node)) this.#referToAsset(node.arguments[0]);
        if (this.#context.isDefinition(node)) this.#push(definitionSteps(node));
        else this.#push(this.#fields(node));
        return;
      case "ImportExpression":
        this.#referToModule(node.source);
        this.#push(this.#fields(node));
        return;
      default:
        this.#push(this.#fields(node));
    }
  }

  #fields(node: SyntaxNode, raw = false): Step[] {
    const steps: Step[] = [node.type];
    const add = (value: unknown): void => {
      if (isNode(value)) {
        if (value.type !== "EmptyStatement")
          steps.push(keyStep(node, value) ?? { node: value, extent: "whole", raw });
        else steps.push("-");
      } else if (Array.isArray(value)) {
        const items = value.filter((item) => !isNode(item) || item.type !== "EmptyStatement");
        steps.push(`[${items.length}`);
        items.forEach(add);
      } else steps.push(typeof value === "string" || typeof value === "boolean" ? `${value}` : "-");
    };
    fieldsOf(node).forEach(add);
    return steps;
  }

  /** Looks only for functions, and for names behind which there may be some. */
  #takeFunctions(node: SyntaxNode): void {
    if (isFunctionNode(node) || node.type === "ClassExpression" || node.type === "ClassDeclaration") {
      this.#push(["function", { node, extent: "whole" }]);
      return;
    }
    if (node.type === "Identifier") this.#refer(node, null, "functions");
    else if (node.type === "MemberExpression" && this.#takeMember(node, "functions")) return;
    else if (node.type === "CallExpression" || node.type === "NewExpression") this.#takeCallInSchema(node);
    else this.#push(childSteps(node));
  }

  /** A call of the project's own function counts whole, of a package's function for the functions it is given. */
  #takeCallInSchema(node: Extract<SyntaxNode, { type: "CallExpression" | "NewExpression" }>): void {
    if (this.#context.isDefinition(node)) return;
    const { callee } = node;
    const root = rootOf(callee);
    const own =
      root.type === "Identifier" && !this.#context.isFromPackage(root.name) && this.#isOfModule(root);
    const direct =
      callee.type === "Identifier" || (callee.type === "MemberExpression" && callee.object === root);
    const method = callee.type === "MemberExpression" ? nameOf(callee.property) : null;
    if (own && callee.type === "Identifier") {
      this.#push(["call", { node, extent: "whole" }]);
      return;
    }
    const takesCode = method !== null && CODE_METHODS.has(method);
    const extent: Extent = takesCode || (own && direct && !isSchemaMethod(method)) ? "whole" : "functions";
    this.#push([
      { node: callee, extent: "functions" },
      ...node.arguments.map((argument): Step => ({ node: argument, extent })),
    ]);
  }

  #isOfModule(identifier: Identifier): boolean {
    return this.#context.bindings.scopeOf.get(identifier) === this.#context.bindings.module;
  }

  /** `space.name` of an imported namespace refers to one name of it, not to all. */
  #takeMember(node: Extract<SyntaxNode, { type: "MemberExpression" }>, extent: Extent): boolean {
    if (node.computed || node.object.type !== "Identifier" || node.property.type !== "Identifier")
      return false;
    if (!this.#isOfModule(node.object)) return false;
    if (extent === "whole")
      this.#text.push(`Member ${node.optional} ${node.object.name} ${node.property.name}`);
    this.#refer(node.object, node.property.name, extent);
    return true;
  }

  #refer(identifier: Identifier, member: string | null, extent: Extent): void {
    const { bindings } = this.#context;
    const scope = bindings.scopeOf.get(identifier);
    if (scope === undefined || scope === null) return;
    const { name } = identifier;
    if (scope === bindings.module) {
      this.#references.set(`${name} ${member} ${extent}`, { kind: "name", name, member, extent });
      return;
    }
    const root = this.#piece?.node;
    if (root !== undefined && scope.node.start >= root.start && scope.node.end <= root.end) return;
    this.#captured.add(scope);
    this.#capturedNames.add(name);
  }

  #referToModule(source: SyntaxNode): void {
    const specifier = constantText(source);
    if (specifier === null) this.#hazards.push({ kind: "computed-import", offset: source.start });
    else this.#references.set(`import ${specifier}`, { kind: "module", specifier });
  }

  /** The content counts where the path is written out; another path is known at run time only. */
  #referToAsset(argument: SyntaxNode | undefined): void {
    const path = argument === undefined ? null : constantText(argument);
    if (path !== null) this.#references.set(`asset ${path}`, { kind: "asset", path });
  }

  #noteHazard(node: SyntaxNode): void {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const { callee } = node;
    if (callee.type !== "Identifier" || this.#context.bindings.scopeOf.get(callee) !== null) return;
    if (callee.name === "eval" || callee.name === "Function")
      this.#hazards.push({ kind: "eval", offset: node.start });
    if (callee.name === "require" && node.arguments[0] !== undefined) this.#referToModule(node.arguments[0]);
  }
}

function optionSteps(property: SyntaxNode): Step[] {
  if (property.type !== "Property") return [{ node: property, extent: "functions" }];
  const name = property.computed ? null : nameOf(property.key);
  if (name !== null && NOT_CODE.has(name)) return [];
  return [`option ${name ?? "?"}`, { node: property.value, extent: name === "run" ? "whole" : "functions" }];
}

/** Another task stands by its name: what it does is in the keys of its own calls. */
function definitionSteps(call: Extract<SyntaxNode, { type: "CallExpression" }>): Step[] {
  const { callee } = call;
  if (rootCall(callee) !== null) return definitionSteps(rootCall(callee) ?? call);
  const [options] = call.arguments;
  if (options === undefined) return ["definition"];
  if (options.type !== "ObjectExpression") return ["definition", { node: options, extent: "functions" }];
  const named = options.properties.find(
    (property) => property.type === "Property" && nameOf(property.key) === "name",
  );
  return named?.type === "Property" ? ["definition", { node: named.value, extent: "whole" }] : ["definition"];
}

function rootCall(callee: SyntaxNode): Extract<SyntaxNode, { type: "CallExpression" }> | null {
  return callee.type === "MemberExpression" && callee.object.type === "CallExpression" ? callee.object : null;
}

/** `a` and `"a"` are one key. */
function keyStep(parent: SyntaxNode, child: SyntaxNode): string | null {
  if (
    parent.type !== "Property" &&
    parent.type !== "MethodDefinition" &&
    parent.type !== "PropertyDefinition"
  )
    return null;
  if (parent.computed || child !== parent.key) return null;
  const name = nameOf(child);
  return name === null ? null : `.${JSON.stringify(name)}`;
}

const childSteps = (node: SyntaxNode): Step[] => {
  if (node.type === "Literal" || node.type === "TemplateElement") return [];
  if (node.type === "Property" || node.type === "PropertyDefinition") {
    const key: Step[] = node.computed ? [{ node: node.key, extent: "functions" }] : [];
    return node.value ? [...key, { node: node.value, extent: "functions" }] : key;
  }
  if (node.type === "MemberExpression" && !node.computed) return [{ node: node.object, extent: "functions" }];
  return fieldsOf(node)
    .flat()
    .filter(isNode)
    .map((child): Step => ({ node: child, extent: "functions" }));
};

const SCHEMA_METHODS = new Set(
  "extend merge pick omit partial required optional nullable array describe meta min max".split(" "),
);

const isSchemaMethod = (method: string | null): boolean => method !== null && SCHEMA_METHODS.has(method);

function literalText(node: Extract<SyntaxNode, { type: "Literal" }>): string {
  if (node.regex) return `/${JSON.stringify(node.regex.pattern)}/${node.regex.flags}`;
  if (node.bigint !== undefined && node.bigint !== null) return `${node.bigint}n`;
  return typeof node.value === "string" ? JSON.stringify(node.value) : `=${String(node.value)}`;
}

/** The text of an expression that is written as constant text, else null. */
export function constantText(node: SyntaxNode): string | null {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : null;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? null;
  return null;
}
