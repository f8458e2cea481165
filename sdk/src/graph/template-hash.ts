import { encode } from "../values/codec.ts";
import { hashText, type Hash } from "../values/hash.ts";
import type { Closure, Template, TemplateNode } from "./template.ts";

const hashes = new WeakMap<Template, Hash>();

/** Hash of what a template means: display names and source positions do not count (C15). */
export function hashTemplate(template: Template): Hash {
  let hash = hashes.get(template);
  if (hash === undefined) hashes.set(template, (hash = hashText(encode(bare(template)))));
  return hash;
}

/** What people read, and what only says where and how many at a time (C6). */
const NOT_MEANT = ["label", "at", "placement", "concurrency"];

function bare(template: Template): unknown {
  return { params: template.params, result: template.result, nodes: template.nodes.map(bareNode) };
}

function bareNode(node: TemplateNode): unknown {
  if (node.op === "value") return { op: node.op, value: node.value };
  const operation: Record<string, unknown> = { ...node };
  for (const name of NOT_MEANT) delete operation[name];
  return Object.fromEntries(Object.entries(operation).map(([key, part]) => [key, bareClosures(part)]));
}

function bareClosures(part: unknown): unknown {
  if (isClosure(part)) return { captures: part.captures, template: bare(part.template) };
  if (Array.isArray(part)) return part.map(bareClosures);
  if (typeof part === "object" && part !== null && ("when" in part || "handler" in part)) {
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, bareClosures(inner)]));
  }
  return part;
}

const isClosure = (part: unknown): part is Closure =>
  typeof part === "object" && part !== null && "template" in part && "captures" in part;

/** All templates of a closure tree, outermost first: for what a template can reach. */
export function* innerTemplates(template: Template): Generator<Template> {
  yield template;
  for (const node of template.nodes) {
    for (const closure of closuresOf(node)) yield* innerTemplates(closure.template);
  }
}

/** The closures of a node. */
export function closuresOf(node: TemplateNode): readonly Closure[] {
  return node.op === "value" ? [] : Object.values(node).flatMap(closuresIn);
}

function closuresIn(part: unknown): readonly Closure[] {
  if (isClosure(part)) return [part];
  if (Array.isArray(part)) return part.flatMap(closuresIn);
  if (typeof part === "object" && part !== null && ("when" in part || "handler" in part))
    return Object.values(part).flatMap(closuresIn);
  return [];
}
