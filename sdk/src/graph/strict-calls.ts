import type { NodeIndex, Template, TemplateNode } from "./template.ts";

/**
 * Names of the workflows that a template calls whatever its arguments are: on the way from its result there is no
 * branch, no map over items and no handler. What is under the field of a record that nobody reads is left out.
 */
export function strictWorkflows(template: Template): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<NodeIndex>();
  const stack: NodeIndex[] = [template.result];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const node = template.nodes[index];
    if (node === undefined || seen.has(index)) continue;
    seen.add(index);
    if (node.op === "call" && node.target === "workflow") found.add(node.name);
    else stack.push(...needed(node, template));
  }
  return found;
}

/** Operands that a node always needs. */
function needed(node: TemplateNode, template: Template): readonly NodeIndex[] {
  switch (node.op) {
    case "get":
      return partOf(node.base, node.key, template);
    case "list":
    case "record":
    case "seq":
      return node.items;
    case "primitive":
      return node.operands;
    case "call":
      return [node.args];
    case "after":
      return node.waits;
    case "gate":
      return [node.value, node.question, node.evidence];
    case "fail":
      return [node.message];
    default:
      return [];
  }
}

/** The part of a structure, when it is written there; otherwise what gives the structure. */
function partOf(base: NodeIndex, key: string | number, template: Template): readonly NodeIndex[] {
  const node = template.nodes[base];
  if (node?.op === "record") return node.items.filter((_, index) => node.keys[index] === key);
  if (node?.op === "list") return node.items.filter((_, index) => index === key);
  return [base];
}
