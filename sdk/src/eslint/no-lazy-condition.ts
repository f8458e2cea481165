/*
 * A lint rule for ESLint and for Oxlint's JavaScript plug-ins: a lazy value is always truthy, so it is no condition.
 * TypeScript does not see this one. The rule is syntactic: it follows the parameters of closures that are given to
 * Ligase, and the constants made from them.
 */

/** A node of the tree that the linter gives (ESTree): of these fields it has those that its type has. */
interface Ast {
  readonly type: string;
  readonly name: string;
  readonly operator: string;
  readonly arguments: readonly Ast[];
  readonly params: readonly Ast[];
  readonly properties: readonly Ast[];
  readonly elements: readonly (Ast | null)[];
  readonly argument: Ast;
  readonly body: Ast;
  readonly callee: Ast;
  readonly expression: Ast;
  readonly id: Ast;
  readonly key: Ast;
  readonly left: Ast;
  readonly object: Ast;
  readonly value: Ast;
  readonly init: Ast | null;
  readonly test: Ast | null;
}

interface ImportDeclaration {
  readonly source: { readonly value: string };
  readonly specifiers: readonly ImportSpecifier[];
}

interface ImportSpecifier {
  readonly local: { readonly name: string };
  /** A name, or a text in quotes; absent of a default or a namespace. */
  readonly imported?: { readonly name: string } | { readonly value: string };
}

type Names = ReadonlySet<string>;

interface RuleContext {
  report(problem: { readonly node: never; readonly message: string }): void;
}

/** What of Ligase takes closures with lazy parameters: where they stand among the arguments. */
const CLOSURES: Readonly<Record<string, readonly number[]>> = {
  workflow: [1],
  map: [1],
  reduce: [2],
  repeat: [1, 2],
  lambda: [0],
  catchError: [1],
  script: [0],
  task: [0],
};

/** Functions in the declaration of a task or script that are traced. */
const TRACED: Readonly<Record<string, readonly string[]>> = {
  script: ["command", "output", "resources"],
  task: ["resources"],
};

const MESSAGE =
  "A lazy value is always true here: its value is not known yet. Use cond(test, () => …, () => …), and, or, not, orElse.";

export const noLazyCondition = {
  meta: { type: "problem", docs: { description: "Refuse lazy values as conditions" }, schema: [] },
  create(context: RuleContext) {
    /** Names of this file for what it imports from Ligase. */
    const imported = new Map<string, string>();
    return {
      ImportDeclaration({ source, specifiers }: ImportDeclaration): void {
        if (!/^(ligase|@ligase\/sdk)$/.test(source.value)) return;
        for (const { local, imported: original } of specifiers) {
          if (original !== undefined)
            imported.set(local.name, "name" in original ? original.name : original.value);
        }
      },
      CallExpression(node: Ast): void {
        if (node.callee.type !== "Identifier") return;
        for (const closure of closuresOf(imported.get(node.callee.name), node.arguments)) {
          const names = new Set(closure.params.flatMap(namesIn));
          walk(closure.body, names, (wrong) => context.report({ node: wrong as never, message: MESSAGE }));
        }
      },
    };
  },
};

export default { meta: { name: "ligase" }, rules: { "no-lazy-condition": noLazyCondition } };

function closuresOf(name: string | undefined, given: readonly Ast[]): readonly Ast[] {
  if (name === undefined || !Object.hasOwn(CLOSURES, name)) return [];
  return (CLOSURES[name] ?? []).flatMap((index): readonly Ast[] => {
    const node = given[index];
    const traced = TRACED[name];
    if (node?.type !== "ObjectExpression")
      return node !== undefined && isFunction(node) && traced === undefined ? [node] : [];
    const functions = node.properties.filter((one) => one.type === "Property" && isFunction(one.value));
    return functions
      .filter((one) => traced === undefined || traced.includes(one.key.name))
      .map((one) => one.value);
  });
}

const isFunction = (node: Ast): boolean =>
  node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";

/** Names that a parameter or the left side of a declaration binds. */
function namesIn(pattern: Ast | null): readonly string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((one) => namesIn(one.type === "Property" ? one.value : one.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap(namesIn);
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** Goes through code in which the given names, and constants made from them, are lazy, and reports conditions. */
function walk(node: Ast, lazy: Set<string>, report: (node: Ast) => void): void {
  let names = lazy;
  if (isFunction(node) || node.type === "FunctionDeclaration") {
    const own = new Set(node.params.flatMap(namesIn));
    names = new Set([...lazy].filter((name) => !own.has(name)));
  }
  if (node.type === "VariableDeclarator" && node.init !== null && isLazy(node.init, names)) {
    for (const name of namesIn(node.id)) names.add(name);
  }
  for (const condition of conditionsOf(node)) if (isLazy(condition, names)) report(condition);
  for (const child of childrenOf(node)) walk(child, names, report);
}

function conditionsOf(node: Ast): readonly Ast[] {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return node.test === null ? [] : [node.test];
    case "LogicalExpression":
      return [node.left];
    case "UnaryExpression":
      return node.operator === "!" ? [node.argument] : [];
    default:
      return [];
  }
}

/** A lazy name, a part of it, or a call that is given one. A comparison by the host is the type checker's matter. */
function isLazy(node: Ast, names: Names): boolean {
  switch (node.type) {
    case "Identifier":
      return names.has(node.name);
    case "MemberExpression":
      return isLazy(node.object, names);
    case "ChainExpression":
    case "TSNonNullExpression":
    case "TSAsExpression":
      return isLazy(node.expression, names);
    case "CallExpression":
      return node.arguments.some((argument) => mentions(argument, names));
    default:
      return false;
  }
}

function mentions(node: Ast, names: Names): boolean {
  return (
    !isFunction(node) && (isLazy(node, names) || childrenOf(node).some((child) => mentions(child, names)))
  );
}

function childrenOf(node: Ast): readonly Ast[] {
  return Object.entries(node)
    .filter(([key]) => key !== "parent")
    .flatMap(([, part]): readonly unknown[] => (Array.isArray(part) ? part : [part]))
    .filter(
      (part): part is Ast =>
        typeof part === "object" && part !== null && "type" in part && typeof part.type === "string",
    );
}
