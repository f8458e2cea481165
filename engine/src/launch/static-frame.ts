import type { Closure, NodeIndex, Template, TemplateNode } from "@ligase/sdk/internal";

/** What is known of a value before anything runs: all of it, the parts of a structure, or nothing. */
export type Known =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly Known[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Known> }
  | null;

export const knownValue = (value: unknown): Known => ({ kind: "value", value });

/** A template with what is known of its arguments: constants, and the inputs of the run, as far as they are passed on. */
export class StaticFrame {
  readonly template: Template;
  readonly #known: readonly Known[];

  constructor(template: Template, args: readonly Known[]) {
    this.template = template;
    const known: Known[] = [];
    // Operands come before what uses them.
    for (const node of template.nodes) known.push(knownOf(node, known, args));
    this.#known = known;
  }

  at(index: NodeIndex): Known {
    return this.#known[index] ?? null;
  }

  /** The frame that a closure opens. */
  inside({ template, captures }: Closure, params: readonly Known[]): StaticFrame {
    return new StaticFrame(template, [...params, ...captures.map((index) => this.at(index))]);
  }

  /** Whether a gate is that of an input which is given here for sure: it never opens. */
  isGiven(node: Extract<TemplateNode, { op: "gate" }>): boolean {
    return node.given !== undefined && partOf(this.at(node.given), node.name) !== undefined;
  }
}

function knownOf(node: TemplateNode, before: readonly Known[], args: readonly Known[]): Known {
  const at = (index: NodeIndex): Known => before[index] ?? null;
  switch (node.op) {
    case "value":
      return knownValue(node.value);
    case "param":
      return args[node.index] ?? null;
    case "get":
      return partOf(at(node.base), node.key) ?? null;
    case "list":
      return { kind: "list", items: node.items.map(at) };
    case "record":
      return {
        kind: "record",
        fields: new Map(node.keys.map((key, index) => [key, at(node.items[index] ?? -1)])),
      };
    case "gate":
      return node.given === undefined ? null : (partOf(at(node.given), node.name) ?? null);
    default:
      return null;
  }
}

/** A part that is there for sure, whatever is known of it; undefined where that is not known. */
function partOf(known: Known, key: string | number): Known | undefined {
  switch (known?.kind) {
    case "record":
      return known.fields.get(String(key));
    case "list":
      return known.items[Number(key)];
    case "value":
      return partOfValue(known.value, key);
    default:
      return undefined;
  }
}

function partOfValue(value: unknown, key: string | number): Known | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const part = (value as Readonly<Record<string | number, unknown>>)[key];
  return part === undefined ? undefined : knownValue(part);
}
