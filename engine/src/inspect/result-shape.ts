import type { Closure, RecordIr, TaskDefinition, Template, TypeIr } from "@ligase/sdk/internal";
import { isDir, isFile, typeAt } from "@ligase/sdk/values";

/* Stored records have their fields in the order of the alphabet. How the author wrote them stands in the template. */

/** As deep as values are shown. */
const MAX_DEPTH = 8;
const ANY: TypeIr = { kind: "any" };

type FindTask = (name: string) => TaskDefinition | undefined;

/**
 * The type of what a workflow or task gives, for showing it: its declared output, else what its template tells of records
 * and lists, fields in the order in which they were written. Not for checks: of a choice it is the first branch.
 */
export function resultShape(definition: TaskDefinition, find: FindTask): TypeIr {
  return new ShapeReader(find).ofTask(definition, 0);
}

interface Page {
  readonly template: Template;
  readonly params: readonly TypeIr[];
  readonly depth: number;
}

class ShapeReader {
  readonly #find: FindTask;

  constructor(find: FindTask) {
    this.#find = find;
  }

  ofTask(definition: TaskDefinition | undefined, depth: number): TypeIr {
    if (definition === undefined || depth > MAX_DEPTH) return ANY;
    if (definition.output.kind !== "any" || definition.kind !== "workflow") return definition.output;
    return this.#ofResult({ template: definition.template, params: [definition.input], depth: depth + 1 });
  }

  #ofResult(page: Page): TypeIr {
    return this.#at(page, page.template.result);
  }

  #ofClosure(page: Page, { template, captures }: Closure, params: readonly TypeIr[]): TypeIr {
    const given = [...params, ...captures.map((index) => this.#at(page, index))];
    return this.#ofResult({ template, params: given, depth: page.depth + 1 });
  }

  #at({ depth, ...page }: Page, index: number): TypeIr {
    const node = page.template.nodes[index];
    if (node === undefined || depth > MAX_DEPTH) return ANY;
    const inner: Page = { ...page, depth: depth + 1 };
    const at = (operand: number | undefined): TypeIr => this.#at(inner, operand ?? -1);
    switch (node.op) {
      case "value":
        return shapeOf(node.value, depth);
      case "param":
        return page.params[node.index] ?? ANY;
      case "record":
        return record(node.keys.map((key, position) => [key, at(node.items[position])]));
      case "list":
      case "seq":
        return { kind: "tuple", items: node.items.map(at) };
      case "get":
        return typeAt(at(node.base), node.key) ?? ANY;
      case "call":
        return this.ofTask(this.#find(node.name), depth + 1);
      case "map": {
        if (node.minSuccess !== undefined) return ANY;
        const item = typeAt(at(node.items), 0) ?? ANY;
        return { kind: "list", item: this.#ofClosure(inner, node.body, [item, ANY]) };
      }
      case "cond":
        return node.cases[0] === undefined ? ANY : this.#ofClosure(inner, node.cases[0].then, []);
      case "catch":
      case "after":
        return this.#ofClosure(inner, node.body, []);
      case "gate":
        return node.kind === "approve" ? at(node.value) : (node.schema ?? ANY);
      case "primitive":
        return node.name === "merge" ? joined(node.operands.map(at)) : ANY;
      case "rows":
        return rowsShape(node.operator, node.operands.map(at), node.options);
      default:
        return ANY;
    }
  }
}

function rowsShape(operator: string, operands: readonly TypeIr[], options: unknown): TypeIr {
  const [rows = ANY] = operands;
  const { key } = (options ?? {}) as { readonly key?: string | readonly string[] | null };
  const keys = [key ?? []].flat();
  const items = operands.map((operand) => typeAt(operand, 0) ?? ANY);
  const field = (name: string): TypeIr => typeAt(items[0] ?? ANY, name) ?? ANY;
  switch (operator) {
    case "filter":
    case "sortBy":
    case "unique":
    case "concat":
      return rows;
    case "flatten":
      return items[0] ?? ANY;
    case "pluck":
      return { kind: "list", item: field(String(key)) };
    case "groupBy":
      return {
        kind: "list",
        item: record([...keys.map((name) => [name, field(name)] as const), ["rows", rows]]),
      };
    case "joinBy":
    case "cross":
      return { kind: "list", item: joined(items) };
    default:
      return ANY;
  }
}

function shapeOf(value: unknown, depth: number): TypeIr {
  if (depth > MAX_DEPTH) return ANY;
  if (Array.isArray(value)) return { kind: "list", item: shapeOf(value[0], depth + 1) };
  return isRecord(value)
    ? record(Object.entries(value).map(([name, item]) => [name, shapeOf(item, depth + 1)]))
    : ANY;
}

const record = (fields: readonly (readonly [string, TypeIr])[]): RecordIr => ({
  kind: "record",
  fields: Object.fromEntries(fields.map(([name, type]) => [name, { type }])),
});

/** One record of several: fields in the order in which they first come. */
const joined = (parts: readonly TypeIr[]): TypeIr =>
  parts.every((part) => part.kind === "record")
    ? {
        kind: "record",
        fields: Object.assign({}, ...parts.map(({ fields }) => fields)) as RecordIr["fields"],
      }
    : ANY;

/** A plain record: not a list, a file or an instance of a class. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || isFile(value) || isDir(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
