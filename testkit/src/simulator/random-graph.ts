import type { Seeded } from "../kill/seeded.ts";
import type { Expression, GateExpression, Graph, List, PlainTask } from "./graph.ts";

/** A gate of a graph, as those who decide know it. */
export interface PlannedGate {
  readonly gate: GateExpression["gate"];
  readonly name: string;
  /** It may open several times: all are decided alike, and none expires. */
  readonly isRepeated: boolean;
}

export interface PlannedGraph {
  readonly graph: Graph;
  readonly gates: ReadonlyMap<string, PlannedGate>;
}

interface Place {
  readonly variables: number;
  readonly depth: number;
  /** What stands here may be opened more than once. */
  readonly isRepeated: boolean;
  /** Workflows that may be called from here. */
  readonly subs: number;
}

const PLAIN: readonly PlainTask[] = [
  "light",
  "pooled",
  "pooled",
  "flaky",
  "brittle",
  "risky",
  "fresh",
  "licensed",
  "heavy",
  "hungry",
  "dynamic",
];
/** What stands here more than once is made more often. */
const KINDS = [
  ...(["gate", "gate", "gate", "sub", "sub", "call", "call", "call", "call"] as const),
  ...(["unary", "unary", "binary", "binary", "file", "control", "control", "list", "list", "list"] as const),
];
const MOST_GATES = 4;

/** A graph that follows from the seed. */
export function randomGraph(seeded: Seeded): PlannedGraph {
  return new Growing(seeded).graph();
}

class Growing {
  readonly #seeded: Seeded;
  readonly #gates = new Map<string, PlannedGate>();
  #tags = 0;

  constructor(seeded: Seeded) {
    this.#seeded = seeded;
  }

  graph(): PlannedGraph {
    const subs: Expression[] = [];
    for (let index = this.#seeded.whole(0, 2); index > 0; index--)
      subs.push(this.#expression({ variables: 1, depth: 2, isRepeated: true, subs: subs.length }));
    const parts = Array.from({ length: this.#seeded.whole(1, 4) }, () =>
      this.#expression({
        variables: 1,
        depth: this.#seeded.whole(1, 3),
        isRepeated: false,
        subs: subs.length,
      }),
    );
    return { graph: { parts, subs, isDynamic: this.#seeded.chance(0.2) }, gates: this.#gates };
  }

  #expression(place: Place): Expression {
    if (place.depth === 0) return this.#leaf(place);
    const below = { ...place, depth: place.depth - 1 };
    const kinds = KINDS.filter(
      (kind) => (kind !== "gate" || this.#gates.size < MOST_GATES) && (kind !== "sub" || place.subs > 0),
    );
    return this.#grown(this.#seeded.one(kinds), below);
  }

  #grown(kind: (typeof KINDS)[number], place: Place): Expression {
    switch (kind) {
      case "gate":
        return this.#gate(place);
      case "sub":
        return this.#sub(place);
      case "call":
        return this.#call(place);
      case "unary":
        return this.#unary(place);
      case "binary":
        return this.#binary(place);
      case "file":
        return this.#file(place);
      case "control":
        return this.#control(place);
      case "list":
        return this.#list(place);
    }
  }

  #leaf({ variables }: Place): Expression {
    if (variables > 0 && this.#seeded.chance(0.6))
      return { kind: "variable", index: this.#seeded.whole(0, variables - 1) };
    return { kind: "constant", value: this.#seeded.whole(0, 12) };
  }

  #call(place: Place): Expression {
    return { kind: "call", task: this.#seeded.one(PLAIN), of: this.#expression(place) };
  }

  #unary(place: Place): Expression {
    const of = this.#expression(place);
    const kind = this.#seeded.one(["down", "small", "text", "defaulted", "defaulted"] as const);
    return kind === "defaulted" ? { kind, of, isExplicit: this.#seeded.chance(0.5) } : { kind, of };
  }

  #binary(place: Place): Expression {
    const kind = this.#seeded.one(["add", "add", "pair", "after", "seq"] as const);
    return { kind, a: this.#expression(place), b: this.#expression(place) };
  }

  #file(place: Place): Expression {
    const [maker, reader] = [
      this.#seeded.one(["make", "print"] as const),
      this.#seeded.one(["read", "scan"] as const),
    ];
    return { kind: "file", maker, reader, of: this.#expression(place) };
  }

  #sub(place: Place): Expression {
    return { kind: "sub", workflow: this.#seeded.whole(0, place.subs - 1), of: this.#expression(place) };
  }

  #control(place: Place): Expression {
    switch (this.#seeded.one(["cond", "catch", "catch", "repeat"] as const)) {
      case "cond":
        return {
          kind: "cond",
          test: this.#expression(place),
          chosen: this.#expression(place),
          otherwise: this.#expression(place),
        };
      case "catch":
        return { kind: "catch", body: this.#expression(place), instead: this.#seeded.whole(0, 9) };
      case "repeat": {
        const delayMs = this.#seeded.one([0, 0, 500]);
        return { kind: "repeat", from: this.#expression(place), rounds: this.#seeded.whole(0, 3), delayMs };
      }
    }
  }

  #list(place: Place): Expression {
    const list = this.#items(place);
    const inner = { ...place, variables: place.variables + 1, isRepeated: true };
    const kind = this.#seeded.one(["map", "map", "settle", "reduce", "tagged"] as const);
    if (kind === "reduce") return { kind, list, from: this.#leaf(place) };
    // Of several openings of one map each has its own count; outside they could not be told apart.
    if (kind === "tagged" && !place.isRepeated)
      return { kind, list, tag: `t${this.#tags++}`, concurrency: this.#seeded.whole(1, 2) };
    return { kind: kind === "settle" ? kind : "map", list, body: this.#expression(inner) };
  }

  #items(place: Place): List {
    if (this.#seeded.chance(0.3)) return { kind: "from-task", of: this.#expression({ ...place, depth: 0 }) };
    const item = { ...place, depth: Math.min(1, place.depth) };
    return {
      kind: "items",
      items: Array.from({ length: this.#seeded.whole(1, 4) }, () => this.#expression(item)),
    };
  }

  #gate(place: Place): Expression {
    const name = `g${this.#gates.size}`;
    const gate = this.#seeded.one([
      "approve",
      "approve",
      "shown",
      "review",
      "input",
      "sleep",
      "asking",
      "kept",
    ] as const);
    const isRepeated = place.isRepeated || gate === "asking" || gate === "kept";
    this.#gates.set(name, { gate, name, isRepeated });
    const timeoutMs =
      gate === "sleep"
        ? this.#seeded.one([0, 200, 7_200_000])
        : isRepeated || this.#seeded.chance(0.5)
          ? null
          : this.#seeded.one([100, 2_000, 60_000, 86_400_000]);
    return { kind: "gate", gate, name, of: this.#expression(place), timeoutMs };
  }
}
