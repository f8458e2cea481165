/*
 * A lint rule for ESLint and for Oxlint's JavaScript plug-ins: a lazy value is always truthy, so it is no condition.
 * TypeScript does not see this one. The rule is syntactic: it follows the parameters of closures that are given to
 * Ligase, and the constants made from them.
 */

/** What of Ligase takes closures with lazy parameters: where they stand among the arguments. */
const CLOSURES = {
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
const TRACED = { script: ["command", "output", "resources"], task: ["resources"] };

const MESSAGE =
  "A lazy value is always true here: its value is not known yet. Use cond(test, () => …, () => …), and, or, not, orElse.";

export const noLazyCondition = {
  meta: { type: "problem", docs: { description: "Refuse lazy values as conditions" }, schema: [] },
  create(context) {
    /** Names of this file for what it imports from Ligase. */
    const imported = new Map();
    return {
      ImportDeclaration(node) {
        if (!/^(ligase|@ligase\/sdk)$/.test(node.source.value)) return;
        for (const one of node.specifiers) {
          if (one.type === "ImportSpecifier") imported.set(one.local.name, one.imported.name ?? one.imported.value);
        }
      },
      CallExpression(node) {
        if (node.callee.type !== "Identifier") return;
        for (const closure of closuresOf(imported.get(node.callee.name), node.arguments)) {
          const names = new Set(closure.params.flatMap(namesIn));
          walk(closure.body, names, (wrong) => context.report({ node: wrong, message: MESSAGE }));
        }
      },
    };
  },
};

export default { meta: { name: "ligase" }, rules: { "no-lazy-condition": noLazyCondition } };

function closuresOf(name, given) {
  if (name === undefined || !Object.hasOwn(CLOSURES, name)) return [];
  return CLOSURES[name].flatMap((index) => {
    const node = given[index];
    if (node?.type !== "ObjectExpression") return isFunction(node) && !(name in TRACED) ? [node] : [];
    const kept = node.properties.filter((one) => one.type === "Property" && isFunction(one.value));
    const traced = TRACED[name];
    return kept.filter((one) => traced === undefined || traced.includes(one.key.name)).map((one) => one.value);
  });
}

const isFunction = (node) => node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression";

/** Names that a parameter or the left side of a declaration binds. */
function namesIn(pattern) {
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

/** Goes through code in which the given names, and constants made from them, are lazy, and reports what is used as a condition. */
function walk(node, names, report) {
  if (isFunction(node) || node.type === "FunctionDeclaration") {
    const own = new Set(node.params.flatMap(namesIn));
    names = new Set([...names].filter((name) => !own.has(name)));
  }
  if (node.type === "VariableDeclarator" && node.init != null && isLazy(node.init, names)) {
    for (const name of namesIn(node.id)) names.add(name);
  }
  for (const condition of conditionsOf(node)) if (isLazy(condition, names)) report(condition);
  for (const child of childrenOf(node)) walk(child, names, report);
}

function conditionsOf(node) {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return node.test == null ? [] : [node.test];
    case "LogicalExpression":
      return [node.left];
    case "UnaryExpression":
      return node.operator === "!" ? [node.argument] : [];
    default:
      return [];
  }
}

/** A lazy name, a part of it, or a call that is given one: a comparison made by the host is TypeScript's matter. */
function isLazy(node, names) {
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

function mentions(node, names) {
  if (isFunction(node)) return false;
  return isLazy(node, names) || childrenOf(node).some((child) => mentions(child, names));
}

function childrenOf(node) {
  return Object.entries(node)
    .filter(([key]) => key !== "parent")
    .flatMap(([, part]) => part)
    .filter((part) => typeof part === "object" && part !== null && typeof part.type === "string");
}
