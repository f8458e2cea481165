import { childrenOf, isFunctionNode, type Identifier, type SyntaxNode } from "./syntax.ts";

/** A region of a module that binds names. */
export interface Scope {
  readonly node: SyntaxNode;
  readonly parent: Scope | null;
  readonly names: Set<string>;
  /** Names given from outside: parameters of a function. */
  readonly params: Set<string>;
  /** `var` declarations go to the nearest scope of this kind. */
  readonly holdsVar: boolean;
}

/** What every identifier of a module that reads or writes a variable refers to; null for globals. */
export interface Bindings {
  readonly module: Scope;
  readonly scopeOf: ReadonlyMap<Identifier, Scope | null>;
}

interface Visit {
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

/** Finds the scope of every identifier of a module, without recursion: generated code may be nested deeply. */
export function bindNames(program: SyntaxNode): Bindings {
  const module = openScope(program, null, true);
  const uses: { readonly identifier: Identifier; readonly scope: Scope }[] = [];
  const stack: Visit[] = below(program, module).toReversed();
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    if (visit.node.type === "Identifier") uses.push({ identifier: visit.node, scope: visit.scope });
    else stack.push(...visitNode(visit.node, visit.scope));
  }
  return {
    module,
    scopeOf: new Map(uses.map(({ identifier, scope }) => [identifier, lookUp(identifier.name, scope)])),
  };
}

function lookUp(name: string, from: Scope): Scope | null {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent)
    if (scope.names.has(name)) return scope;
  return null;
}

const openScope = (node: SyntaxNode, parent: Scope | null, holdsVar: boolean): Scope => ({
  node,
  parent,
  names: new Set(),
  params: new Set(),
  holdsVar,
});

/** Declares what a node declares and gives what is to be visited below it. */
function visitNode(node: SyntaxNode, scope: Scope): Visit[] {
  if (isFunctionNode(node)) return visitFunction(node, scope);
  switch (node.type) {
    case "ClassDeclaration":
    case "ClassExpression":
      return visitClass(node, scope);
    case "VariableDeclaration":
      return visitVariables(node, scope);
    case "BlockStatement":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "SwitchStatement":
      return below(node, openScope(node, scope, false));
    case "StaticBlock":
      return below(node, openScope(node, scope, true));
    case "CatchClause": {
      const inner = openScope(node, scope, false);
      const parameter = node.param ? declarePattern(node.param, inner, inner.names) : [];
      return [...parameter, { node: node.body, scope: inner }];
    }
    case "MemberExpression":
      return node.computed ? below(node, scope) : [{ node: node.object, scope }];
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return keyed(node, scope);
    case "LabeledStatement":
      return [{ node: node.body, scope }];
    case "ImportDeclaration":
      for (const specifier of node.specifiers) scope.names.add(specifier.local.name);
      return [];
    case "ExportNamedDeclaration":
      return node.declaration ? [{ node: node.declaration, scope }] : [];
    case "ExportAllDeclaration":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return [];
    default:
      return below(node, scope);
  }
}

const below = (node: SyntaxNode, scope: Scope): Visit[] =>
  childrenOf(node).map((child) => ({ node: child, scope }));

function keyed(
  node: Extract<SyntaxNode, { type: "Property" | "MethodDefinition" | "PropertyDefinition" }>,
  scope: Scope,
): Visit[] {
  const visits: Visit[] = node.computed ? [{ node: node.key, scope }] : [];
  if (node.value) visits.push({ node: node.value, scope });
  return visits;
}

function visitFunction(node: Extract<SyntaxNode, { params: unknown }>, scope: Scope): Visit[] {
  const inner = openScope(node, scope, true);
  if (node.type === "FunctionDeclaration" && node.id) scope.names.add(node.id.name);
  if (node.type === "FunctionExpression" && node.id) inner.names.add(node.id.name);
  if (node.type !== "ArrowFunctionExpression") inner.names.add("arguments");
  const params = node.params.flatMap((param) => declarePattern(param, inner, inner.params));
  for (const name of inner.params) inner.names.add(name);
  const body =
    node.body.type === "BlockStatement" ? below(node.body, inner) : [{ node: node.body, scope: inner }];
  return [...params, ...body];
}

function visitClass(
  node: Extract<SyntaxNode, { type: "ClassDeclaration" | "ClassExpression" }>,
  scope: Scope,
): Visit[] {
  const inner = openScope(node, scope, false);
  if (node.id) inner.names.add(node.id.name);
  if (node.id && node.type === "ClassDeclaration") scope.names.add(node.id.name);
  const parent: Visit[] = node.superClass ? [{ node: node.superClass, scope: inner }] : [];
  return [...parent, { node: node.body, scope: inner }];
}

function visitVariables(node: Extract<SyntaxNode, { type: "VariableDeclaration" }>, scope: Scope): Visit[] {
  const target = node.kind === "var" ? varScope(scope) : scope;
  return node.declarations.flatMap((declarator) => {
    const visits = declarePattern(declarator.id, scope, target.names);
    return declarator.init ? [...visits, { node: declarator.init, scope }] : visits;
  });
}

function varScope(from: Scope): Scope {
  let scope = from;
  while (!scope.holdsVar && scope.parent !== null) scope = scope.parent;
  return scope;
}

/** Adds the names that a pattern binds; gives its defaults and computed keys, which are expressions. */
function declarePattern(pattern: SyntaxNode, scope: Scope, names: Set<string>): Visit[] {
  const visits: Visit[] = [];
  const stack: SyntaxNode[] = [pattern];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === "Identifier") names.add(node.name);
    else if (node.type === "AssignmentPattern") {
      stack.push(node.left);
      visits.push({ node: node.right, scope });
    } else if (node.type === "Property") {
      if (node.computed) visits.push({ node: node.key, scope });
      stack.push(node.value);
    } else stack.push(...childrenOf(node));
  }
  return visits;
}

/** The names that a pattern binds. */
export function namesIn(pattern: SyntaxNode): readonly string[] {
  const names = new Set<string>();
  declarePattern(pattern, openScope(pattern, null, false), names);
  return [...names];
}
