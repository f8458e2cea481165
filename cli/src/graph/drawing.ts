import { describeType, formatDuration, type Closure, type RecordIr, type Template, type TemplateNode } from "@ligase/sdk/internal";

/* A workflow as people think of it: named steps and what they need. Plumbing between them is left out. */

export interface Drawing {
  readonly name: string;
  readonly inputs: readonly { readonly id: string; readonly name: string; readonly type: string }[];
  readonly boxes: readonly Box[];
  /** Where the value of the workflow comes from. */
  readonly result: readonly string[];
}

/** A step, or with `boxes` a part of the workflow that is mapped, chosen, caught, … as a whole. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly detail: string | null;
  /** Ids of the boxes and inputs whose values it needs, or that it waits for. */
  readonly needs: readonly string[];
  readonly boxes: readonly Box[];
}

export type BoxKind = "task" | "script" | "workflow" | "gate" | "fail" | "apply" | "group";

export interface DrawOptions {
  readonly name: string;
  readonly input: RecordIr;
  readonly template: Template;
  /** Kind of a called task, where its definition is known. */
  readonly kindOf: (name: string) => "task" | "script" | "workflow";
}

/** Draws a workflow's template: calls and gates as boxes, closures as boxes with boxes inside. */
export function drawTemplate({ name, input, template, kindOf }: DrawOptions): Drawing {
  const inputs = Object.entries(input.fields).map(([field, { type }]) => ({ id: inputId(field), name: field, type: describeType(type) }));
  const drawn = new Drawer(kindOf).draw(template, [inputs.map(({ id }) => id)], true);
  return { name, inputs, boxes: drawn.boxes, result: drawn.result };
}

const inputId = (field: string): string => `in_${field}`;

interface Drawn {
  readonly boxes: readonly Box[];
  /** What the template's value comes from. */
  readonly result: readonly string[];
}

type Needs = readonly string[];

/** What is known while the nodes of one template are gone through, in order. */
interface Page {
  readonly template: Template;
  readonly params: readonly Needs[];
  /** The template of the workflow itself, whose one parameter is the record of its inputs. */
  readonly isTop: boolean;
  readonly needs: Needs[];
  readonly boxes: Box[];
}

class Drawer {
  readonly #kindOf: DrawOptions["kindOf"];
  #count = 0;

  constructor(kindOf: DrawOptions["kindOf"]) {
    this.#kindOf = kindOf;
  }

  draw(template: Template, params: readonly Needs[], isTop = false): Drawn {
    const page: Page = { template, params, isTop, needs: [], boxes: [] };
    for (const node of template.nodes) page.needs.push(this.#node(node, page));
    return { boxes: page.boxes, result: page.needs[template.result] ?? [] };
  }

  /** Adds the boxes of a node to the page, and gives what its value comes from. */
  #node(node: TemplateNode, page: Page): Needs {
    const of = (...indices: readonly number[]): Needs => union(indices.map((index) => page.needs[index] ?? []));
    switch (node.op) {
      case "value":
        return [];
      case "param":
        return page.params[node.index] ?? [];
      case "get":
        return part(node, page) ?? of(node.base);
      case "list":
      case "record":
      case "seq":
        return of(...node.items);
      case "primitive":
      case "rows":
        return of(...node.operands);
      case "settle":
        return of(node.items);
      case "partial":
        return of(node.callee, node.args);
      case "call":
        return this.#step(page, { kind: node.target === "workflow" ? "workflow" : this.#kindOf(node.name), title: node.name, needs: of(node.args) });
      case "apply":
        return this.#step(page, { kind: "apply", title: "a task given as a value", needs: of(node.callee, ...node.args) });
      case "gate":
        return this.#step(page, { kind: "gate", title: node.name, detail: gateDetail(node), needs: of(node.value, node.question, node.evidence) });
      case "fail":
        this.#step(page, { kind: "fail", title: "fail", needs: of(node.message) });
        // It never gives a value.
        return [];
      default:
        return this.#closures(node, page, of);
    }
  }

  /** Nodes that hold closures: each becomes a group, if there is anything to see in it. */
  #closures(node: Extract<TemplateNode, { op: "map" | "reduce" | "repeat" | "cond" | "catch" | "after" | "lambda" }>, page: Page, of: (...indices: readonly number[]) => Needs): Needs {
    const inner = (closure: Closure, ...params: readonly Needs[]): Drawn => this.draw(closure.template, [...params, ...closure.captures.map((index) => of(index))]);
    switch (node.op) {
      case "map": {
        const detail = node.concurrency === undefined ? null : `${node.concurrency} at a time`;
        return this.#group(page, { title: "for each", detail, needs: of(node.items) }, inner(node.body, of(node.items), []));
      }
      case "reduce":
        return this.#group(page, { title: "fold", needs: of(node.items, node.initial) }, inner(node.body, of(node.initial), of(node.items), []));
      case "repeat": {
        const body = inner(node.body, of(node.initial), []);
        const until = inner(node.until, body.result, []);
        return this.#group(page, { title: "repeat", detail: `up to ${node.maxAttempts} times`, needs: of(node.initial) }, { boxes: [...body.boxes, ...until.boxes], result: body.result });
      }
      case "cond":
        return this.#choice(page, node, (closure) => inner(closure));
      case "catch": {
        const body = inner(node.body);
        const handlers = node.handlers.map(({ kinds, handler }) => this.#branch(kinds.length === 0 ? "on failure" : `on ${kinds.join(", ")}`, inner(handler, body.result)));
        return this.#group(page, { title: "try", needs: [] }, joined([body, ...handlers]));
      }
      case "after":
        return this.#group(page, { title: "after", needs: of(...node.waits) }, inner(node.body));
      case "lambda":
        return this.#group(page, { title: "closure", needs: [] }, inner(node.closure));
    }
  }

  #choice(page: Page, node: Extract<TemplateNode, { op: "cond" }>, inner: (closure: Closure) => Drawn): Needs {
    const tests = node.cases.map(({ when }) => inner(when));
    const branches = node.cases.map(({ then }, index) => this.#branch(index === 0 ? "then" : `else if (${index + 1})`, inner(then)));
    const rest = node.otherwise === null ? [] : [this.#branch("else", inner(node.otherwise))];
    const needs = union(tests.map(({ result }) => result));
    const shown = joined([...branches, ...rest]);
    return this.#group(page, { title: "if", needs }, { boxes: [...tests.flatMap(({ boxes }) => boxes), ...shown.boxes], result: union([needs, shown.result]) });
  }

  #branch(title: string, drawn: Drawn): Drawn {
    if (drawn.boxes.length === 0) return drawn;
    return { boxes: [{ id: this.#nextId(), kind: "group", title, detail: null, needs: [], boxes: drawn.boxes }], result: drawn.result };
  }

  #step(page: Page, box: Pick<Box, "kind" | "title" | "needs"> & { readonly detail?: string | null }): Needs {
    const id = this.#nextId();
    page.boxes.push({ detail: null, ...box, id, boxes: [] });
    return [id];
  }

  #group(page: Page, group: Pick<Box, "title" | "needs"> & { readonly detail?: string | null }, { boxes, result }: Drawn): Needs {
    if (boxes.length === 0) return union([group.needs, result]);
    page.boxes.push({ detail: null, ...group, id: this.#nextId(), kind: "group", boxes });
    return result.length === 0 ? group.needs : result;
  }

  #nextId(): string {
    return `n${++this.#count}`;
  }
}

/** A field of the inputs, or of a record that is written out: only what it is made of counts. */
function part({ base, key }: Extract<TemplateNode, { op: "get" }>, page: Page): Needs | undefined {
  const from = page.template.nodes[base];
  if (from?.op === "param" && page.isTop) return [inputId(String(key))];
  if (from?.op !== "record") return undefined;
  const index = from.items[from.keys.indexOf(String(key))];
  return index === undefined ? undefined : page.needs[index];
}

function gateDetail({ kind, policy }: Extract<TemplateNode, { op: "gate" }>): string {
  return policy.timeoutMs === null || kind === "sleep" ? kind : `${kind}, within ${formatDuration(policy.timeoutMs)}`;
}

const union = (lists: readonly Needs[]): Needs => [...new Set(lists.flat())];

const joined = (parts: readonly Drawn[]): Drawn => ({
  boxes: parts.flatMap(({ boxes }) => boxes),
  result: union(parts.map(({ result }) => result)),
});

/** All boxes, those inside others too, in the order they are drawn. */
export function allBoxes(boxes: readonly Box[]): readonly Box[] {
  return boxes.flatMap((box) => [box, ...allBoxes(box.boxes)]);
}

/** An arrow from an input or box to a box. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** To a group as a whole: nothing in it takes the value, it only begins then. */
  readonly isOrder: boolean;
}

/** The arrows of a drawing. What a group needs shows at the boxes inside that take it; else at the group itself. */
export function arrowsOf(drawing: Drawing): readonly Arrow[] {
  return allBoxes(drawing.boxes).flatMap((box) => {
    const inside = new Set(allBoxes(box.boxes).flatMap(({ needs }) => needs));
    const needs = box.needs.filter((from) => !inside.has(from));
    return needs.map((from) => ({ from, to: box.id, isOrder: box.kind === "group" }));
  });
}
