import { hash } from "node:crypto";
import type { Seeded } from "./seeded.ts";

/*
 * Random workflows for runs that are killed: what they are worth is known beforehand. conformance/random-graph.ts has
 * more operators and no effects; these have few operators and everything that leaves traces outside: processes,
 * scripts, files, retries, gates.
 */

/** How a gate is to be decided, wherever it opens. */
export interface Answer {
  readonly outcome: "approved" | "rejected" | "answered";
  readonly value?: number;
}

export interface Graph {
  /** Text of a workflow file beside tasks.ts; the workflow is called `top`. */
  readonly source: string;
  /** What the run is worth: numbers, and files by their digest. */
  readonly value: Readonly<Record<string, number | { readonly digest: string }>>;
  /** By the name of the gate; in a map several gates have one name. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** An expression in text, and what it is worth where the variables have these values. */
interface Part {
  readonly code: string;
  readonly worth: (env: readonly number[]) => number;
}

interface Place {
  /** Variables that can be named here: x0, x1, … */
  readonly variables: number;
  readonly depth: number;
  /** Whether a gate may stand here: where an error may be dropped it may be closed undecided. */
  readonly gates: boolean;
}

const HEADER = `import { add, after, approve, catchError, cond, eq, gt, map, reduce, review, sum, waitForInput, workflow, z } from "@ligase/sdk";
import { asking, busy, dynamic, flaky, folder, fresh, light, made, nested, pooled, published, read, readFolder, readText, risky, text, whole, write } from "./tasks.ts";
`;
/** Bytes of files: empty, below and above one block, and above what is copied in one piece. */
const FILE_SIZES = [0, 100, 5_000, 70_000, 1_500_000];
/** Characters of texts: in a row, and beyond. */
const TEXT_SIZES = [200, 20_000, 90_000];
const MOST_GATES = 3;

/** A graph whose value has this many numbers, and no file of more than so many bytes. */
export function graphOf(seeded: Seeded, parts: number, largest = Infinity): Graph {
  return new Growing(
    seeded,
    FILE_SIZES.filter((size) => size <= largest),
  ).graph(parts);
}

class Growing {
  readonly #seeded: Seeded;
  readonly #sizes: readonly number[];
  readonly #answers = new Map<string, Answer>();

  constructor(seeded: Seeded, sizes: readonly number[]) {
    this.#seeded = seeded;
    this.#sizes = sizes;
  }

  graph(parts: number): Graph {
    const fields = Array.from({ length: parts }, (_, index) => {
      const part = this.#number({ variables: 0, depth: this.#seeded.whole(1, 3), gates: true });
      return { name: `f${index}`, ...part };
    });
    const kept = Array.from({ length: this.#seeded.whole(0, 2) }, (_, index) => this.#keptFile(`k${index}`));
    const body = [...fields, ...kept].map(({ name, code }) => `  ${name}: ${code},\n`).join("");
    const worth = fields.map((field) => [field.name, field.worth([])] as const);
    return {
      source: `${HEADER}export const top = workflow({ name: "top" }, () => ({\n${body}}));\n`,
      value: {
        ...Object.fromEntries(worth),
        ...Object.fromEntries(kept.map(({ name, digest }) => [name, { digest }])),
      },
      answers: this.#answers,
    };
  }

  /** A file that is a part of the run's value. */
  #keptFile(name: string): { readonly name: string; readonly code: string; readonly digest: string } {
    const { code, worth } = this.#number({ variables: 0, depth: 1, gates: false });
    const maker = this.#seeded.one(["write", "made", "published"]);
    const size = this.#seeded.one(this.#sizes);
    const content = `${worth([])}\n${"x".repeat(size)}`;
    return {
      name,
      code: `${maker}({ n: ${code}, size: ${size} })`,
      digest: `sha256:${hash("sha256", content, "hex")}`,
    };
  }

  #number(place: Place): Part {
    if (place.depth === 0) return this.#leaf(place);
    const below = { ...place, depth: place.depth - 1 };
    const kinds: readonly (() => Part)[] = [
      ...(place.gates && this.#answers.size < MOST_GATES ? [0, 1].map(() => () => this.#gate(below)) : []),
      ...[0, 1, 2].flatMap(() => [() => this.#call(below), () => this.#file(below)]),
      () => this.#map(below),
      () => this.#map(below),
      () => this.#add(below),
      () => this.#cond(below),
      () => this.#caught(below),
      () => this.#ordered(below),
      () => this.#folded(below),
    ];
    return this.#seeded.one(kinds)();
  }

  #leaf({ variables }: Place): Part {
    if (variables > 0 && this.#seeded.chance(0.7)) {
      const index = this.#seeded.whole(0, variables - 1);
      return { code: `x${index}`, worth: (env) => env[index] ?? 0 };
    }
    const value = this.#seeded.whole(0, 30);
    return { code: String(value), worth: () => value };
  }

  #call(place: Place): Part {
    const task = this.#seeded.one(CALLED);
    const n = this.#number(place);
    return { code: `${task}({ n: ${n.code} })`, worth: (env) => CALLS[task](n.worth(env)) };
  }

  /** Something large is made and read again. */
  #file(place: Place): Part {
    // Its text stands twice, and a gate only once.
    const { code, worth } = this.#number({ ...place, gates: false });
    const [maker, read] = this.#seeded.one(READINGS);
    const size = this.#seeded.one(maker === "text" ? TEXT_SIZES : this.#sizes);
    const sized = `n: ${code}, size: ${size}`;
    return { code: read(`${maker}({ ${sized} })`, sized, maker), worth };
  }

  #add(place: Place): Part {
    const [a, b] = [this.#number(place), this.#number(place)];
    return { code: `add(${a.code}, ${b.code})`, worth: (env) => a.worth(env) + b.worth(env) };
  }

  #map(place: Place): Part {
    const items = this.#list(place);
    const inner = this.#number({ ...place, variables: place.variables + 1 });
    return {
      code: `sum(map([${items.map(({ code }) => code).join(", ")}], (x${place.variables}) => ${inner.code}))`,
      worth: (env) => items.reduce((before, item) => before + inner.worth([...env, item.worth(env)]), 0),
    };
  }

  #folded(place: Place): Part {
    const items = this.#list(place);
    const start = this.#leaf(place);
    return {
      code: `reduce([${items.map(({ code }) => code).join(", ")}], ${start.code}, (before, item) => add(before, light({ n: item })))`,
      worth: (env) => items.reduce((before, item) => before + item.worth(env) + 1, start.worth(env)),
    };
  }

  #list(place: Place): readonly Part[] {
    const item = { ...place, gates: false, depth: Math.min(1, place.depth) };
    return Array.from({ length: this.#seeded.whole(2, 4) }, () => this.#number(item));
  }

  #cond(place: Place): Part {
    const [test, chosen, otherwise] = [this.#number(place), this.#number(place), this.#number(place)];
    return {
      code: `cond(gt(${test.code}, 12), () => ${chosen.code}, () => ${otherwise.code})`,
      worth: (env) => (test.worth(env) > 12 ? chosen : otherwise).worth(env),
    };
  }

  #caught(place: Place): Part {
    const inside = { ...place, gates: false };
    const [tried, beside, instead] = [this.#number(inside), this.#number(inside), this.#number(place)];
    return {
      code: `catchError(() => add(risky({ n: ${tried.code} }), ${beside.code}), () => ${instead.code})`,
      worth: (env) => {
        const n = tried.worth(env);
        return n % 2 === 0 ? n + beside.worth(env) : instead.worth(env);
      },
    };
  }

  #ordered(place: Place): Part {
    const [first, then] = [this.#number(place), this.#number(place)];
    return { code: `after(${first.code}, () => ${then.code})`, worth: then.worth };
  }

  #gate(place: Place): Part {
    const name = `g${this.#answers.size}`;
    this.#answers.set(name, { outcome: "approved" });
    const value = this.#number({ ...place, gates: false });
    return this.#seeded.one(GATES)({
      name,
      value,
      seeded: this.#seeded,
      sizes: this.#sizes,
      answers: this.#answers,
    });
  }
}

const pooledWorth = (n: number): number => (2 * n) % 1009;

const CALLS = {
  light: (n: number) => n + 1,
  pooled: pooledWorth,
  flaky: (n: number) => n + 3,
  fresh: (n: number) => n + 5,
  busy: (n: number) => n + 7,
  dynamic: (n: number) => pooledWorth(n) + pooledWorth(n + 1) + 2,
  nested: (n: number) => n + 1 + n,
};

/** The task that would outlive its process comes up more often. */
const CALLED = [...(Object.keys(CALLS) as (keyof typeof CALLS)[]), "busy", "busy"] as const;

/** Who makes it, and the text that reads the number back. */
const READINGS: readonly (readonly [
  maker: string,
  read: (made: string, sized: string, maker: string) => string,
])[] = [
  ...["write", "made", "published"].flatMap((maker) =>
    ["read", "whole"].map(
      (reader) =>
        [
          maker,
          (file: string, sized: string) => `${reader}({ f: ${file}, ${sized}, of: "${maker}" })`,
        ] as const,
    ),
  ),
  ["folder", (made, sized) => `readFolder({ d: ${made}, ${sized} })`],
  ["text", (made, sized) => `readText({ t: ${made}, ${sized} })`],
];

interface GateSite {
  readonly name: string;
  readonly value: Part;
  readonly seeded: Seeded;
  readonly sizes: readonly number[];
  readonly answers: Map<string, Answer>;
}

const GATES: readonly ((site: GateSite) => Part)[] = [
  ({ name, value }) => ({ code: `approve(${value.code}, { name: "${name}" })`, worth: value.worth }),
  ({ name, value, seeded, sizes }) => {
    const size = seeded.one(sizes);
    const shown = `made({ n: ${seeded.whole(0, 30)}, size: ${size} })`;
    return { code: `approve(${value.code}, { name: "${name}", show: [${shown}] })`, worth: value.worth };
  },
  ({ name, value, seeded, answers }) => {
    const instead = seeded.whole(0, 30);
    answers.set(name, { outcome: "rejected" });
    return {
      code: `catchError(() => approve(${value.code}, { name: "${name}" }), () => ${instead})`,
      worth: () => instead,
    };
  },
  ({ name, value, seeded, answers }) => {
    const outcome = seeded.one(["approved", "rejected"] as const);
    answers.set(name, { outcome });
    return {
      code: `cond(eq(review(${value.code}, { name: "${name}" }).outcome, "approved"), () => ${value.code}, () => 7)`,
      worth: outcome === "approved" ? value.worth : () => 7,
    };
  },
  ({ name, value, seeded, answers }) => {
    const answer = seeded.whole(0, 30);
    answers.set(name, { outcome: "answered", value: answer });
    return {
      code: `add(${value.code}, light({ n: waitForInput(z.number(), { name: "${name}" }) }))`,
      worth: (env) => value.worth(env) + answer + 1,
    };
  },
  ({ name, value }) => ({
    code: `asking({ n: ${value.code}, of: "${name}" })`,
    worth: (env) => value.worth(env) + 1,
  }),
];
