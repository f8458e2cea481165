import { ANYBODY } from "../decisions/people.ts";
import { ABOUT } from "../decisions/planned-event.ts";
import { asksPeople, isAnswered, type PlannedGate, type PlannedGateKind } from "../decisions/planned-gate.ts";
import { randomWork } from "../decisions/planned-work.ts";
import { randomPolicy } from "../decisions/random-policy.ts";
import type { Seeded } from "../kill/seeded.ts";
import type { Expression, Graph, List, PlainTask } from "./graph.ts";

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
const GATES = [
  "approve",
  "approve",
  "shown",
  "beside",
  "edited",
  "review",
  "input",
  "input",
  "sleep",
  "asking",
  "kept",
] as const;

/** What graphs are made of, and times of their gates. */
interface Material {
  readonly kinds: readonly (typeof KINDS)[number][];
  readonly plain: readonly PlainTask[];
  readonly unary: readonly ("down" | "small" | "text" | "defaulted")[];
  readonly binary: readonly ("add" | "pair" | "after" | "seq")[];
  readonly lists: readonly ("map" | "settle" | "reduce" | "tagged")[];
  readonly gates: readonly PlannedGateKind[];
  readonly mostGates: number;
  readonly timeoutsMs: readonly number[];
  readonly sleepsMs: readonly number[];
  readonly backoffsMs: readonly number[];
}

const ALL: Material = {
  kinds: KINDS,
  plain: PLAIN,
  unary: ["down", "small", "text", "defaulted", "defaulted"],
  binary: ["add", "add", "pair", "after", "seq"],
  lists: ["map", "map", "settle", "reduce", "tagged"],
  gates: [...GATES, "external", "external", "external", "event", "event", "event"],
  mostGates: 4,
  timeoutsMs: [100, 2_000, 60_000, 86_400_000],
  sleepsMs: [0, 200, 7_200_000],
  backoffsMs: [10, 2_000],
};

/** For processes that are killed in real time: gates above all, nothing that is a process of its own, and short times. */
const DECIDED: Material = {
  kinds: [...KINDS.filter((kind) => kind !== "file" && kind !== "call"), "gate", "gate", "gate", "call"],
  plain: ["light", "light", "risky"],
  unary: ["down", "small"],
  binary: ["add", "after", "seq"],
  lists: ["map", "map", "settle", "reduce"],
  gates: [
    ...GATES.filter((gate) => gate !== "shown"),
    "external",
    "external",
    "external",
    "external",
    "event",
    "event",
    "event",
  ],
  mostGates: 6,
  timeoutsMs: [30, 150, 400, 86_400_000],
  sleepsMs: [0, 100],
  backoffsMs: [10, 100],
};

/** A graph that follows from the seed. */
export const randomGraph = (seeded: Seeded): PlannedGraph => new Growing(seeded, ALL).graph();

/** One of people's decisions above all, which can be run in real time and without a simulated disk. */
export function graphOfDecisions(seeded: Seeded): PlannedGraph {
  for (;;) {
    const planned = new Growing(seeded, DECIDED).graph();
    if (planned.gates.size >= FEWEST_DECIDED) return planned;
  }
}

const FEWEST_DECIDED = 4;

class Growing {
  readonly #seeded: Seeded;
  readonly #gates = new Map<string, PlannedGate>();
  readonly #material: Material;
  #tags = 0;

  constructor(seeded: Seeded, material: Material) {
    this.#seeded = seeded;
    this.#material = material;
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
    const { kinds, mostGates } = this.#material;
    const possible = kinds.filter(
      (kind) => (kind !== "gate" || this.#gates.size < mostGates) && (kind !== "sub" || place.subs > 0),
    );
    return this.#grown(this.#seeded.one(possible), below);
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
    return { kind: "call", task: this.#seeded.one(this.#material.plain), of: this.#expression(place) };
  }

  #unary(place: Place): Expression {
    const of = this.#expression(place);
    const kind = this.#seeded.one(this.#material.unary);
    return kind === "defaulted" ? { kind, of, isExplicit: this.#seeded.chance(0.5) } : { kind, of };
  }

  #binary(place: Place): Expression {
    const kind = this.#seeded.one(this.#material.binary);
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
    const kind = this.#seeded.one(this.#material.lists);
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
    const { gates, sleepsMs, timeoutsMs } = this.#material;
    const gate = this.#seeded.one(gates);
    // Its decision answers calls of later runs: it must not go by time.
    const isKept = gate === "kept";
    const timeoutMs =
      gate === "sleep"
        ? this.#seeded.one(sleepsMs)
        : isKept || this.#seeded.chance(0.5)
          ? null
          : this.#seeded.one(timeoutsMs);
    const policy = asksPeople({ gate }) ? randomPolicy(this.#seeded, timeoutMs) : ANYBODY;
    const work = gate === "external" ? randomWork(this.#seeded, this.#material.backoffsMs) : null;
    const about = gate === "event" ? this.#seeded.one(ABOUT) : null;
    const isRepeated = place.isRepeated || gate === "asking" || isKept;
    this.#gates.set(name, { gate, name, timeoutMs, policy, isRepeated, work, about });
    const instead = isAnswered({ gate }) && timeoutMs !== null && this.#seeded.chance(0.6) ? 9 : null;
    return { kind: "gate", gate, name, timeoutMs, instead, policy, work, about, of: this.#expression(place) };
  }
}
