import type { Decision, GateRecord } from "@ligase/engine/testing";
import type { SeenGate } from "../decisions/gate-state.ts";
import { asksPeople } from "../decisions/planned-gate.ts";
import type { RandomDecisions } from "../decisions/random-decisions.ts";
import { verdictOn, withVote, type Verdict } from "../decisions/verdict.ts";
import { ask, isOfMachine } from "./asked-engine.ts";
import type { ClientsWorld } from "./clients-world.ts";

const MOST = 4;

/** What must come of several decisions that are sent at once: what becomes of each, or which one has them all refused. */
type Expected =
  { readonly verdicts: readonly Verdict[] } | { readonly refused: number; readonly code: string };

/** Who decides several gates in one call, of one run or of several: all of it counts or nothing does. */
export class Batches {
  readonly #world: ClientsWorld;
  readonly #decisions: RandomDecisions;

  constructor(world: ClientsWorld, decisions: RandomDecisions) {
    this.#world = world;
    this.#decisions = decisions;
  }

  /** @param gates all that there are, as they are now */
  send(gates: readonly SeenGate[]): void {
    const { told } = this.#world;
    const at = this.#world.engine();
    const decisions = this.#several(gates);
    if (at === null || decisions.length === 0) return;
    const expected = expectedOf(gates, decisions);
    const asked = ask(at, (engine) => engine.decide(decisions));
    if (asked.kind === "unanswered") return decisions.forEach((one) => told.decisions.unanswered(one));
    if (asked.kind === "refused") return this.#refused(decisions, asked.code, expected);
    this.#accepted(decisions, asked.value, expected);
  }

  #several(gates: readonly SeenGate[]): readonly Decision[] {
    const { seeded } = this.#world;
    const open = gates.filter(({ isOpen, planned }) => isOpen && asksPeople(planned));
    if (open.length === 0) return [];
    const isAny = seeded.chance(0.3);
    return Array.from({ length: seeded.whole(2, MOST) }, (_, index) => {
      if (seeded.chance(0.1)) return this.#decisions.strange(seeded.one(gates));
      const gate = isAny ? seeded.one(open) : open[index % open.length];
      return gate === undefined ? null : this.#decisions.meant(gate);
    }).filter((one) => one !== null);
  }

  #accepted(
    decisions: readonly Decision[],
    gates: readonly (GateRecord | "kept")[],
    expected: Expected,
  ): void {
    const { told } = this.#world;
    const answers = gates.map((gate) =>
      gate === "kept" ? gate : gate.status === "open" ? "open" : "closed",
    );
    this.#trace(decisions, answers.join());
    for (const [index, gate] of gates.entries())
      if (gate !== "kept")
        told.decisions.answered(decisions[index] as Decision, { kind: "accepted", gate: gate.id });
    if (!("verdicts" in expected))
      return this.#broken(`several decisions are accepted, and one is ${expected.code}`);
    const isAsExpected = expected.verdicts.every(
      (verdict, index) => verdict === "same" || answers[index] === (verdict === "closes" ? "closed" : "open"),
    );
    if (!isAsExpected)
      this.#broken(`several decisions are [${answers.join()}], and should be ${JSON.stringify(expected)}`);
  }

  #refused(decisions: readonly Decision[], code: string, expected: Expected): void {
    const { told } = this.#world;
    this.#trace(decisions, code);
    const refused = "refused" in expected && !isOfMachine(code) ? expected.refused : null;
    // The others are as if they had not been sent.
    for (const [index, decision] of decisions.entries())
      told.decisions.answered(decision, { kind: "refused", code, isEarly: index !== refused });
    if (isOfMachine(code)) return;
    if (!("refused" in expected) || expected.code !== code)
      this.#broken(`several decisions are ${code}, and should be ${JSON.stringify(expected)}`);
  }

  #trace(decisions: readonly Decision[], answer: string): void {
    const all = decisions.map(({ by, outcome }) => `${by} ${outcome}`).join(", ");
    this.#world.trace(`at once were decided ${all}: ${answer}`);
  }

  #broken(what: string): void {
    this.#world.broken("C20", what);
  }
}

/** One after the other: each is judged by what those before it left. Who is nobody is refused before anything is looked at. */
function expectedOf(gates: readonly SeenGate[], decisions: readonly Decision[]): Expected {
  const nobody = decisions.findIndex(({ by }) => by.trim() === "");
  if (nobody >= 0) return { refused: nobody, code: "decision-anonymous" };
  const now = new Map(gates.map((gate) => [gate.id, gate]));
  const verdicts: Verdict[] = [];
  for (const [index, decision] of decisions.entries()) {
    const gate = now.get(decision.gate) as SeenGate;
    const verdict = verdictOn(gate, decision);
    if (verdict !== "counts" && verdict !== "closes" && verdict !== "same")
      return { refused: index, code: verdict };
    verdicts.push(verdict);
    if (verdict !== "same") now.set(gate.id, after(gate, decision, verdict === "closes"));
  }
  return { verdicts };
}

const after = (gate: SeenGate, decision: Decision, isClosed: boolean): SeenGate => ({
  ...gate,
  votes: withVote(gate.votes, decision),
  ...(isClosed ? { isOpen: false, closing: decision } : {}),
});
