import { isLigaseError } from "@ligase/sdk";
import type { Decision, GateRecord } from "@ligase/engine/testing";
import { readGates, type GateRow, type GateRows } from "../decisions/decision-rows.ts";
import { numberShown, seenGate, type SeenGate } from "../decisions/gate-state.ts";
import { asksPeople, type PlannedGate } from "../decisions/planned-gate.ts";
import { RandomDecisions } from "../decisions/random-decisions.ts";
import { verdictOn } from "../decisions/verdict.ts";
import type { ClientsWorld } from "./clients-world.ts";
import { Batches } from "./batches.ts";
import { HandOvers } from "./hand-overs.ts";
import { Death } from "./life.ts";

/** Who decides gates, through whichever engine answers: in time, early, late, again, at once, against each other, wrongly. */
export class Voters {
  readonly #world: ClientsWorld;
  readonly #decisions: RandomDecisions;
  readonly #handOvers: HandOvers;
  readonly #batches: Batches;

  constructor(world: ClientsWorld) {
    this.#world = world;
    this.#decisions = new RandomDecisions(world.seeded);
    this.#handOvers = new HandOvers(world);
    this.#batches = new Batches(world, this.#decisions);
  }

  #rows(): GateRows {
    return readGates((sql) => this.#world.database.rows(sql));
  }

  #planned(name: string): PlannedGate | undefined {
    return this.#world.planned.gates.get(name);
  }

  #seen(row: GateRow, rows: GateRows): SeenGate | null {
    const planned = this.#planned(row.name);
    return planned === undefined || planned.gate === "sleep" ? null : seenGate(row, planned, rows);
  }

  #allGates(): readonly SeenGate[] {
    const rows = this.#rows();
    return rows.gates.flatMap((row) => this.#seen(row, rows) ?? []);
  }

  #gatesOf(id: string): readonly SeenGate[] {
    return this.#allGates().filter(({ run }) => run === id);
  }

  /** Decides some of what a run waits for, and now and then something that it waits for no more. */
  look(run: string): void {
    const { seeded, faults } = this.#world;
    if (faults.strikes("batch")) this.#batches.send(this.#allGates());
    for (const { id } of this.#gatesOf(run)) {
      if (faults.strikes("strange")) this.#as(id, (seen) => this.#send(this.#decisions.strange(seen)));
      this.#as(id, (seen) => this.#handOvers.look(seen));
      this.#as(id, (seen) => this.#comeBack(seen));
      this.#as(id, (seen) => seen.isOpen && seeded.chance(this.#eagerness(seen)) && this.#decide(seen));
    }
  }

  /** Does something with a gate, as it is now. */
  #as(id: string, what: (seen: SeenGate) => unknown): void {
    const seen = this.#now(id);
    if (seen !== null) what(seen);
  }

  /** Who gave a gate to others decides it all the same, now and then. */
  #comeBack(seen: SeenGate): void {
    if (seen.handed !== null && this.#world.seeded.chance(0.5)) this.#send(this.#decisions.byGiver(seen));
  }

  #eagerness({ planned }: SeenGate): number {
    if (planned.gate === "event") return 0.1;
    return asksPeople(planned) ? 0.6 : 0;
  }

  /** Does what all open gates of a run wait for; returns whether there are any. */
  help(run: string): boolean {
    const open = this.#gatesOf(run).filter(({ isOpen, planned }) => isOpen && asksPeople(planned));
    for (const { id } of open) this.#as(id, (seen) => this.#decide(seen));
    return open.length > 0;
  }

  #decide(seen: SeenGate): void {
    const { faults } = this.#world;
    const decision = this.#meant(seen);
    this.#send(decision);
    if (faults.strikes("crowd"))
      for (let others = this.#world.seeded.whole(1, 3); others > 0; others--) this.#again(seen.id);
    if (decision !== null && faults.strikes("twice"))
      this.#later("the same again", () => this.#send(decision));
    if (faults.strikes("contradiction")) this.#later("another decision", () => this.#contradict(seen.id));
  }

  #meant(seen: SeenGate): Decision | null {
    const otherwise = this.#world.faults.strikes("otherwise") ? this.#decisions.otherwise(seen) : null;
    return otherwise ?? this.#decisions.meant(seen);
  }

  /** Somebody else decides the same gate, as it is now. */
  #again(id: string): void {
    this.#as(id, (seen) => this.#send(this.#decisions.meant(seen)));
  }

  #contradict(id: string): void {
    this.#as(id, (seen) => {
      // Where something depends on it, only what comes too late contradicts.
      const planned = { ...seen.planned, isRepeated: seen.isOpen && seen.planned.isRepeated };
      this.#send(this.#decisions.otherwise({ ...seen, planned }));
    });
  }

  #now(id: string): SeenGate | null {
    const rows = this.#rows();
    const row = rows.gates.find((gate) => gate.id === id);
    return row === undefined ? null : this.#seen(row, rows);
  }

  #later(label: string, run: () => void): void {
    this.#world.time.in(this.#world.seeded.whole(0, 200), { life: null, label, run });
  }

  /** Before gates open: by name, by the path that one had in another run, and for gates that are nowhere. */
  early(run: string): void {
    const { faults, planned } = this.#world;
    for (const gate of planned.gates.values()) {
      if (gate.gate === "sleep" || gate.gate === "kept" || !faults.strikes("early")) continue;
      const to = { run, address: gate.name, x: null };
      this.#sendEarly(this.#decisions.early(gate, to), gate);
      if (faults.strikes("twice")) this.#sendEarly(this.#decisions.early(gate, to), gate);
    }
    const rows = this.#rows();
    for (const row of rows.gates) {
      const { path, name } = row;
      const gate = this.#planned(name);
      if (gate === undefined || gate.gate === "sleep" || gate.gate === "kept" || path === name) continue;
      if (faults.strikes("early"))
        this.#sendEarly(this.#decisions.early(gate, { run, address: path, x: numberShown(row) }), gate);
    }
    const [any] = planned.gates.values();
    if (any !== undefined && faults.strikes("strange"))
      this.#sendEarly(this.#decisions.early(any, { run, address: "g99", x: null }), any);
  }

  #sendEarly(decision: Decision | null, gate: PlannedGate): void {
    if (decision === null) return;
    const { database } = this.#world;
    const opened = database.rows(
      "SELECT 1 FROM gate g JOIN run r ON r.number = g.run WHERE r.id = ? AND g.name = ?",
      decision.run,
      gate.name,
    );
    // It is open by now: then it is decided as what is open is.
    if (opened.length === 0) this.#send(decision);
  }

  #send(decision: Decision | null): void {
    const at = this.#world.engine();
    if (at === null || decision === null) return;
    const { told } = this.#world;
    const seen = this.#now(decision.gate);
    try {
      const answer = at.engine.decide(decision);
      if (!at.life.isAlive) return told.decisions.unanswered(decision);
      told.decisions.answered(
        decision,
        answer === "kept" ? { kind: "kept" } : { kind: "accepted", gate: answer.id },
      );
      this.#judge(decision, { seen, answer: answer === "kept" ? "kept" : stateOf(answer) });
    } catch (error) {
      if (error instanceof Death || !at.life.isAlive) return told.decisions.unanswered(decision);
      if (!isLigaseError(error)) throw error;
      told.decisions.answered(decision, { kind: "refused", code: error.code, isEarly: seen === null });
      if (error.code !== "store-disk-full") this.#judge(decision, { seen, answer: error.code });
    }
  }

  /** C20, C23: what must come of a decision follows from the plan and from what was decided before. */
  #judge(decision: Decision, { seen, answer }: { seen: SeenGate | null; answer: string }): void {
    const { by, outcome, gate } = decision;
    this.#world.trace(`${by} decided ${outcome} of ${seen?.path ?? gate}: ${answer}`);
    if (seen === null) {
      if (answer !== "kept" && !EARLY_REFUSALS.has(answer))
        this.#world.broken("C24", `what ${by} decided early of ${gate} is ${answer}`);
      return;
    }
    const verdict = verdictOn(seen, decision);
    const expected = verdict === "closes" ? "closed" : verdict === "counts" ? "open" : verdict;
    const isSame = verdict === "same" && (answer === "open" || answer === "closed");
    if (answer !== expected && !isSame)
      this.#world.broken("C20", `what ${by} decided of ${seen.path} is ${answer}, and should be ${expected}`);
  }
}

const stateOf = ({ status }: GateRecord): string => (status === "open" ? "open" : "closed");

const EARLY_REFUSALS: ReadonlySet<string> = new Set([
  "gate-not-found",
  "gate-not-unique",
  "evidence-not-seen",
  "run-ended",
  "decision-not-allowed",
  "decision-anonymous",
  "signal-not-valid",
  "gate-needs-comment",
]);
