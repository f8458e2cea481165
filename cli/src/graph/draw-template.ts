import {
  describeType,
  formatDuration,
  type Closure,
  type Template,
  type TemplateNode,
} from "@ligase/sdk/internal";
import type { Box, Drawing, DrawOptions } from "./drawing.ts";
import {
  computedFrom,
  distinct,
  fieldOf,
  joined,
  NOWHERE,
  recordOrigin,
  rowsOrigin,
  stepOrigin,
  unionOf,
  type Origin,
} from "./origin.ts";

/** Draws a workflow's template: calls and gates as boxes, closures as boxes with boxes inside. */
export function drawTemplate({ name, input, template, kindOf }: DrawOptions): Drawing {
  const inputs = Object.entries(input.fields).map(([field, { type }]) => ({
    id: `in_${field}`,
    name: field,
    type: describeType(type),
  }));
  const given = recordOrigin(new Map(inputs.map(({ id, name: field }) => [field, stepOrigin(id)])));
  const drawn = new Drawer(kindOf).draw(template, [given]);
  return { name, inputs, boxes: drawn.boxes, result: drawn.result.from };
}

interface Drawn {
  readonly boxes: readonly Box[];
  readonly result: Origin;
}

/** What is known while the nodes of one template are gone through, in order. */
interface Page {
  readonly params: readonly Origin[];
  readonly origins: Origin[];
  readonly boxes: Box[];
}

type ClosureNode = Extract<
  TemplateNode,
  { op: "map" | "reduce" | "repeat" | "cond" | "catch" | "after" | "lambda" }
>;

type Given = Pick<Box, "title"> & { readonly needs: readonly string[]; readonly detail?: string | null };

class Drawer {
  readonly #kindOf: DrawOptions["kindOf"];
  #count = 0;

  constructor(kindOf: DrawOptions["kindOf"]) {
    this.#kindOf = kindOf;
  }

  draw(template: Template, params: readonly Origin[]): Drawn {
    const page: Page = { params, origins: [], boxes: [] };
    for (const node of template.nodes) page.origins.push(this.#node(node, page));
    return { boxes: page.boxes, result: page.origins[template.result] ?? NOWHERE };
  }

  /** Adds the boxes of a node to the page, and gives what its value comes from. */
  #node(node: TemplateNode, page: Page): Origin {
    const at = (index: number): Origin => page.origins[index] ?? NOWHERE;
    const needs = (...indices: readonly number[]): readonly string[] => computedFrom(indices.map(at)).from;
    switch (node.op) {
      case "value":
        return NOWHERE;
      case "param":
        return page.params[node.index] ?? NOWHERE;
      case "get":
        return typeof node.key === "number" ? at(node.base) : fieldOf(at(node.base), node.key);
      case "list":
      case "seq":
        return { ...unionOf(node.items.map(at)), spine: [] };
      case "record":
        return recordOrigin(new Map(node.keys.map((key, index) => [key, at(node.items[index] ?? -1)])));
      case "primitive":
        return node.name === "merge"
          ? node.operands.map(at).reduce(joined)
          : computedFrom(node.operands.map(at));
      case "rows":
        return rowsOrigin(node.operator, node.operands.map(at), node.options);
      case "settle":
        return recordOrigin(new Map([["value", at(node.items)]]));
      case "partial":
        return computedFrom([at(node.callee), at(node.args)]);
      case "call":
        return this.#step(page, node.target === "workflow" ? "workflow" : this.#kindOf(node.name), {
          title: node.name,
          needs: needs(node.args),
        });
      case "apply":
        return this.#step(page, "apply", {
          title: "a task given as a value",
          needs: needs(node.callee, ...node.args),
        });
      case "gate":
        return this.#step(page, "gate", {
          title: node.name,
          detail: gateDetail(node),
          needs: distinct([
            needs(node.value, node.question, node.evidence),
            node.given === undefined ? [] : fieldOf(at(node.given), node.name).from,
          ]),
        });
      case "fail":
        this.#step(page, "fail", { title: "fail", needs: needs(node.message) });
        // It never gives a value.
        return NOWHERE;
      default:
        return this.#closures(node, page, at);
    }
  }

  /** Nodes that hold closures: each becomes a group, if there is anything to see in it. */
  #closures(node: ClosureNode, page: Page, at: (index: number) => Origin): Origin {
    const inner = (closure: Closure, ...params: readonly Origin[]): Drawn =>
      this.draw(closure.template, [...params, ...closure.captures.map(at)]);
    switch (node.op) {
      case "map": {
        const items = at(node.items);
        const detail = node.concurrency === undefined ? null : `${node.concurrency} at a time`;
        const each = this.#group(
          page,
          { title: "for each", detail, needs: items.spine },
          inner(node.body, items, NOWHERE),
        );
        return { ...each, spine: items.spine };
      }
      case "reduce": {
        const [items, initial] = [at(node.items), at(node.initial)];
        return this.#group(
          page,
          { title: "fold", needs: distinct([items.spine, initial.from]) },
          inner(node.body, initial, items, NOWHERE),
        );
      }
      case "repeat": {
        const initial = at(node.initial);
        const body = inner(node.body, initial, NOWHERE);
        const until = inner(node.until, body.result, NOWHERE);
        const detail = `up to ${node.maxAttempts} times`;
        return this.#group(
          page,
          { title: "repeat", detail, needs: initial.from },
          { boxes: [...body.boxes, ...until.boxes], result: body.result },
        );
      }
      case "cond":
        return this.#choice(page, node, inner);
      case "catch": {
        const body = inner(node.body);
        const handlers = node.handlers.map(({ kinds, handler }) =>
          this.#branch(
            kinds.length === 0 ? "on failure" : `on ${kinds.join(", ")}`,
            inner(handler, body.result),
          ),
        );
        return this.#group(page, { title: "try", needs: [] }, together([body, ...handlers]));
      }
      case "after":
        return this.#group(
          page,
          { title: "after", needs: computedFrom(node.waits.map(at)).from },
          inner(node.body),
        );
      case "lambda":
        return this.#group(page, { title: "closure", needs: [] }, inner(node.closure));
    }
  }

  #choice(
    page: Page,
    node: Extract<TemplateNode, { op: "cond" }>,
    inner: (closure: Closure) => Drawn,
  ): Origin {
    const tests = node.cases.map(({ when }) => inner(when));
    const branches = node.cases.map(({ then }, index) =>
      this.#branch(index === 0 ? "then" : `else if (${index + 1})`, inner(then)),
    );
    const rest = node.otherwise === null ? [] : [this.#branch("else", inner(node.otherwise))];
    const chosen = together([...branches, ...rest]);
    const needs = computedFrom(tests.map(({ result }) => result)).from;
    return this.#group(
      page,
      { title: "if", needs },
      { boxes: [...tests.flatMap(({ boxes }) => boxes), ...chosen.boxes], result: chosen.result },
    );
  }

  #branch(title: string, drawn: Drawn): Drawn {
    if (drawn.boxes.length === 0) return drawn;
    const group: Box = {
      id: this.#nextId(),
      kind: "group",
      title,
      detail: null,
      needs: [],
      boxes: drawn.boxes,
    };
    return { boxes: [group], result: drawn.result };
  }

  #step(page: Page, kind: Exclude<Box["kind"], "group">, given: Given): Origin {
    const id = this.#nextId();
    page.boxes.push({ detail: null, ...given, id, kind, boxes: [] });
    return stepOrigin(id);
  }

  /** What a group needs to begin is part of where its value comes from only if nothing in it is drawn. */
  #group(page: Page, given: Given, { boxes, result }: Drawn): Origin {
    if (boxes.length > 0)
      page.boxes.push({ detail: null, ...given, id: this.#nextId(), kind: "group", boxes });
    return result.from.length > 0 ? result : { ...result, from: given.needs };
  }

  #nextId(): string {
    return `n${++this.#count}`;
  }
}

function gateDetail({ kind, policy, given }: Extract<TemplateNode, { op: "gate" }>): string {
  if (given !== undefined) return "where it was not given";
  return policy.timeoutMs === null || kind === "sleep"
    ? kind
    : `${kind}, within ${formatDuration(policy.timeoutMs)}`;
}

const together = (parts: readonly Drawn[]): Drawn => ({
  boxes: parts.flatMap(({ boxes }) => boxes),
  result: unionOf(parts.map(({ result }) => result)),
});
