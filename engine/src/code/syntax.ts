import type { AnyNode, Identifier } from "acorn";

export type SyntaxNode = AnyNode;
export type { Identifier };

/**
 * The fields of every node type that carry meaning, in a fixed order. Positions, raw text, comments, `shorthand` and
 * parentheses are not here, so they cannot count (C15); the order is ours, so a new parser cannot change a hash.
 */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ArrayExpression: ["elements"],
  ArrayPattern: ["elements"],
  ArrowFunctionExpression: ["async", "params", "body"],
  AssignmentExpression: ["operator", "left", "right"],
  AssignmentPattern: ["left", "right"],
  AwaitExpression: ["argument"],
  BinaryExpression: ["operator", "left", "right"],
  BlockStatement: ["body"],
  BreakStatement: ["label"],
  CallExpression: ["optional", "callee", "arguments"],
  CatchClause: ["param", "body"],
  ChainExpression: ["expression"],
  ClassBody: ["body"],
  ClassDeclaration: ["id", "superClass", "body"],
  ClassExpression: ["id", "superClass", "body"],
  ConditionalExpression: ["test", "consequent", "alternate"],
  ContinueStatement: ["label"],
  DebuggerStatement: [],
  DoWhileStatement: ["body", "test"],
  EmptyStatement: [],
  ExportAllDeclaration: ["exported", "source"],
  ExportDefaultDeclaration: ["declaration"],
  ExportNamedDeclaration: ["declaration", "specifiers", "source"],
  ExportSpecifier: ["exported", "local"],
  ExpressionStatement: ["expression"],
  ForInStatement: ["left", "right", "body"],
  ForOfStatement: ["await", "left", "right", "body"],
  ForStatement: ["init", "test", "update", "body"],
  FunctionDeclaration: ["async", "generator", "id", "params", "body"],
  FunctionExpression: ["async", "generator", "id", "params", "body"],
  Identifier: ["name"],
  IfStatement: ["test", "consequent", "alternate"],
  ImportAttribute: ["key", "value"],
  ImportDeclaration: ["specifiers", "source", "attributes"],
  ImportDefaultSpecifier: ["local"],
  ImportExpression: ["source", "options"],
  ImportNamespaceSpecifier: ["local"],
  ImportSpecifier: ["imported", "local"],
  LabeledStatement: ["label", "body"],
  LogicalExpression: ["operator", "left", "right"],
  MemberExpression: ["computed", "optional", "object", "property"],
  MetaProperty: ["meta", "property"],
  MethodDefinition: ["static", "kind", "computed", "key", "value"],
  NewExpression: ["callee", "arguments"],
  ObjectExpression: ["properties"],
  ObjectPattern: ["properties"],
  PrivateIdentifier: ["name"],
  Program: ["body"],
  Property: ["kind", "computed", "key", "value"],
  PropertyDefinition: ["static", "computed", "key", "value"],
  RestElement: ["argument"],
  ReturnStatement: ["argument"],
  SequenceExpression: ["expressions"],
  SpreadElement: ["argument"],
  StaticBlock: ["body"],
  Super: [],
  SwitchCase: ["test", "consequent"],
  SwitchStatement: ["discriminant", "cases"],
  TaggedTemplateExpression: ["tag", "quasi"],
  TemplateLiteral: ["quasis", "expressions"],
  ThisExpression: [],
  ThrowStatement: ["argument"],
  TryStatement: ["block", "handler", "finalizer"],
  UnaryExpression: ["operator", "argument"],
  UpdateExpression: ["operator", "prefix", "argument"],
  VariableDeclaration: ["kind", "declarations"],
  VariableDeclarator: ["id", "init"],
  WhileStatement: ["test", "body"],
  WithStatement: ["object", "body"],
  YieldExpression: ["delegate", "argument"],
};

/** The values of a node's meaningful fields: nodes, lists of nodes, text, booleans or nothing. */
export function fieldsOf(node: SyntaxNode): readonly unknown[] {
  const fields = FIELDS[node.type];
  if (fields === undefined) throw new Error(`The parser made a node of the unknown type ${node.type}`);
  const record = node as unknown as Readonly<Record<string, unknown>>;
  return fields.map((field) => record[field]);
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

/** The nodes directly below a node, in source order of meaning. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "Literal" || node.type === "TemplateElement") return [];
  return fieldsOf(node).flat().filter(isNode);
}

export type FunctionNode = Extract<
  SyntaxNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

export function isFunctionNode(node: SyntaxNode): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** The name of a key, an import or an export that is written as an identifier or as text. */
export function nameOf(node: SyntaxNode): string | null {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

/** The expression that a chain of member accesses and calls starts from: `a` in `a.b().c`. */
export function rootOf(node: SyntaxNode): SyntaxNode {
  let root = node;
  for (;;) {
    if (root.type === "MemberExpression") root = root.object;
    else if (root.type === "CallExpression") root = root.callee;
    else if (root.type === "ChainExpression") root = root.expression;
    else return root;
  }
}
