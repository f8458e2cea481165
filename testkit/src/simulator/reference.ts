import type { Expression, GateExpression, List } from "./graph.ts";
import { small } from "./puppet-tasks.ts";

/*
 * What a graph is worth, by a direct evaluation that knows nothing of calls, order or time: by need, the first error in
 * the order of the text. Gates are worth what was decided.
 */

export interface Decided {
  readonly outcome: string;
  readonly value: unknown;
}

/** How the gate of a name that shows a number was decided; null when it was not. */
export type Decisions = (name: string, x: number) => Decided | null;

/** An error that a run may end with: by what begins its message. */
export class Failure extends Error {}
/** It depends on a gate that was not decided. */
export class Undecided extends Error {}
/** It depends on gates that look alike and were decided differently: which of them it was cannot be told from here. */
export class Ambiguous extends Error {}

type Thunk = () => number;

export type Worth =
  | { readonly value: number }
  | { readonly error: string }
  | { readonly undecided: string }
  | { readonly ambiguous: string };

/** What a part of a graph is worth, where `a` is the run's argument. */
export function worthOf(
  part: Expression,
  a: number,
  from: { subs: readonly Expression[]; decisions: Decisions },
): Worth {
  return attempt(() => new Evaluation(from).evaluate(part, [() => a]));
}

function attempt(compute: () => number): Worth {
  try {
    return { value: compute() };
  } catch (error) {
    if (error instanceof Failure) return { error: error.message };
    if (error instanceof Undecided) return { undecided: error.message };
    if (error instanceof Ambiguous) return { ambiguous: error.message };
    throw error;
  }
}

/** Evaluates once, when asked; an error is remembered too. */
function once(compute: Thunk): Thunk {
  let known: Thunk | null = null;
  return () => {
    if (known === null) {
      try {
        const value = compute();
        known = () => value;
      } catch (error) {
        known = () => {
          throw error;
        };
      }
    }
    return known();
  };
}

const plain: Readonly<Record<Extract<Expression, { kind: "call" }>["task"], (x: number) => number>> = {
  light: (x) => small(x + 1),
  pooled: (x) => small(3 * x + 1),
  flaky: (x) => small(x + 2),
  brittle: (x) => failIf(x % 4 === 3, `brittle ${x}`, small(x + 3)),
  risky: (x) => failIf(x % 2 !== 0, `odd ${x}`, x),
  fresh: (x) => small(x + 5),
  licensed: (x) => small(x + 6),
  heavy: (x) => small(x + 7),
  hungry: (x) => small(x + 8),
  dynamic: (x) => small(x + 1) + small(3 * (x + 1) + 1),
};

function failIf(isFailing: boolean, message: string, value: number): number {
  if (isFailing) throw new Failure(message);
  return value;
}

class Evaluation {
  readonly #subs: readonly Expression[];
  readonly #decisions: Decisions;

  constructor({ subs, decisions }: { subs: readonly Expression[]; decisions: Decisions }) {
    this.#subs = subs;
    this.#decisions = decisions;
  }

  evaluate(expression: Expression, env: readonly Thunk[]): number {
    const of = (inner: Expression): number => this.evaluate(inner, env);
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "variable":
        return env[expression.index]?.() ?? 0;
      case "call":
        return plain[expression.task](of(expression.of));
      case "down":
        return Math.max(0, of(expression.of) % 5);
      case "small":
        return of(expression.of) % 7;
      case "text":
      case "file":
        return of(expression.of);
      case "defaulted":
        return small(of(expression.of) * 10 + 4);
      case "sub":
        return this.evaluate(this.#subs[expression.workflow] as Expression, [once(() => of(expression.of))]);
      case "gate":
        return this.#gate(expression, of(expression.of));
      default:
        return this.#control(expression, env);
    }
  }

  #control(expression: Expression, env: readonly Thunk[]): number {
    const of = (inner: Expression): number => this.evaluate(inner, env);
    const inside = (body: Expression, x: Thunk): Thunk => once(() => this.evaluate(body, [x, ...env]));
    switch (expression.kind) {
      case "add":
        return of(expression.a) + of(expression.b);
      case "pair":
        return small(2 * of(expression.a) + of(expression.b));
      case "after":
      case "seq":
        of(expression.a);
        return of(expression.b);
      case "cond":
        return of(expression.test) > 10 ? of(expression.chosen) : of(expression.otherwise);
      case "catch": {
        const worth = attempt(() => of(expression.body));
        return valueOr(worth, expression.instead);
      }
      case "map":
        return total(this.#items(expression.list, env).map((x) => inside(expression.body, x)));
      case "tagged":
        return total(this.#items(expression.list, env).map((x) => () => small(x() + 9)));
      case "settle": {
        const items = this.#items(expression.list, env).map((x) => attempt(inside(expression.body, x)));
        return items.reduce((sum, worth) => sum + valueOr(worth, -1), 0);
      }
      case "reduce": {
        const items = this.#items(expression.list, env);
        const from = of(expression.from);
        return items.reduce((before, item) => before + small(item() + 1), from);
      }
      case "repeat": {
        let state = of(expression.from);
        for (let round = 0; round <= expression.rounds; round++) state += small(round + 1);
        return state;
      }
      default:
        throw new Error(`${expression.kind} is evaluated elsewhere.`);
    }
  }

  /** The shape of a list; its items are not evaluated. */
  #items(list: List, env: readonly Thunk[]): readonly Thunk[] {
    if (list.kind === "items") return list.items.map((item) => once(() => this.evaluate(item, env)));
    const x = this.evaluate(list.of, env);
    return Array.from({ length: small(x) % 4 }, (_, index) => () => small(x + index));
  }

  #gate({ gate, name, instead }: GateExpression, x: number): number {
    if (gate === "sleep") return x;
    const decided = this.#decisions(name, x);
    if (decided === null) throw new Undecided(name);
    const { outcome, value } = decided;
    if (gate === "review") return outcome === "approved" ? x : 7;
    if (outcome === "answered") return x + (value as number);
    if (outcome === "approved") return approved(gate, x, value as number | null);
    if (outcome === "expired" && instead !== null) return x + instead;
    throw new Failure(`${outcome} "${name}"`);
  }
}

function approved(gate: GateExpression["gate"], x: number, value: number | null): number {
  if (gate === "edited") return value ?? small(x + 1);
  return gate === "asking" ? small(x + 1) : x;
}

const total = (items: readonly Thunk[]): number => items.reduce((sum, item) => sum + item(), 0);

function valueOr(worth: Worth, instead: number): number {
  if ("undecided" in worth) throw new Undecided(worth.undecided);
  if ("ambiguous" in worth) throw new Ambiguous(worth.ambiguous);
  return "value" in worth ? worth.value : instead;
}
