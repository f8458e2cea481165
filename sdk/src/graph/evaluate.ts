import { getPart, primitives } from "./primitives.ts";
import type { Template, TemplateNode } from "./template.ts";

/**
 * Evaluates a template of pure operations on known arguments: traced commands, output paths and resources (C16).
 * Throws `operator-not-applicable` when a value does not fit.
 */
export function evaluatePure(template: Template, args: readonly unknown[]): unknown {
  const known: unknown[] = [];
  for (const node of template.nodes) known.push(evaluateNode(node, known, args));
  return known[template.result];
}

function evaluateNode(node: TemplateNode, known: readonly unknown[], args: readonly unknown[]): unknown {
  switch (node.op) {
    case "value":
      return node.value;
    case "param":
      return args[node.index];
    case "get":
      return getPart(known[node.base], node.key);
    case "list":
      return node.items.map((index) => known[index]);
    case "record":
      return Object.fromEntries(node.keys.map((key, index) => [key, known[node.items[index] as number]]));
    case "primitive":
      return primitives[node.name]?.(node.operands.map((index) => known[index]));
    default:
      throw new Error(`${node.op} is not a pure operation.`);
  }
}

const PURE = new Set(["value", "param", "get", "list", "record", "primitive"]);

/** Tells whether `evaluatePure` can evaluate a template. */
export const isPure = (template: Template): boolean => template.nodes.every((node) => PURE.has(node.op));
