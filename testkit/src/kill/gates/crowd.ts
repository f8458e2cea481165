import type { Decision } from "@ligase/engine/testing";
import { readDecisions, type DecisionRows, type ReadRows } from "../../decisions/decision-rows.ts";
import { seenGate, type SeenGate } from "../../decisions/gate-state.ts";
import { asksPeople, type PlannedGate } from "../../decisions/planned-gate.ts";
import { RandomDecisions } from "../../decisions/random-decisions.ts";
import { ToldDecisions } from "../../decisions/told-decisions.ts";
import type { Seeded } from "../seeded.ts";
import { wrongAnswer } from "./answers.ts";
import { AWAY, type Clients } from "./clients.ts";
import type { ClientAnswer } from "./lines.ts";
import { NOT_REACHED } from "./service-request.ts";

/** What a gate is sent at the most, beyond what it takes to decide it. */
const MOST_EXTRAS = 6;
/** How often people do something with a gate that waits for a program, when they hear of it. */
const PROGRAMS = 0.15;
/** Who shows what they saw has to be asked once more. */
const AGAIN = "content-not-named";

export interface CrowdOptions {
  readonly clients: Clients;
  readonly gates: ReadonlyMap<string, PlannedGate>;
  readonly seeded: Seeded;
  readonly read: ReadRows;
  /** Called when a decision was accepted. */
  readonly accepted: () => void;
}

/** Those who decide the gates of a scene from processes of their own: several at once, against each other, wrongly, and killed. */
export class Crowd {
  readonly told = new ToldDecisions();
  readonly #options: CrowdOptions;
  readonly #decisions: RandomDecisions;
  readonly #sending = new Set<Promise<void>>();
  readonly #extras = new Map<string, number>();
  /** Whether what is open is decided until it is closed. */
  #insists = true;
  /** Decisions that were answered. */
  answers = 0;
  /** Answers that there may not be. */
  readonly broken: string[] = [];

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#decisions = new RandomDecisions(options.seeded);
  }

  /** Decides a gate, as it is now, until it is closed. */
  gate(id: string): void {
    const { seeded } = this.#options;
    const seen = this.#seen(id);
    if (seen === null || (!asksPeople(seen.planned) && !seeded.chance(PROGRAMS))) return;
    const extra = this.#takesExtra(id);
    if (extra && seeded.chance(0.5)) this.#send(this.#decisions.strange(seen), id);
    if (!seen.isOpen) return;
    const meant = this.#decisions.meant(seen);
    const decision = (extra && seeded.chance(0.3) ? this.#decisions.otherwise(seen) : null) ?? meant;
    this.#send(decision, id);
    if (!extra) return;
    // At the same time, over other connections: somebody else, the same again, or the contrary.
    if (seeded.chance(0.4)) this.#send(this.#decisions.meant(seen), id);
    if (seeded.chance(0.2)) this.#send(decision, id);
    if (seeded.chance(0.3)) this.#send(this.#decisions.otherwise(seen), id);
  }

  #takesExtra(id: string): boolean {
    const count = (this.#extras.get(id) ?? 0) + 1;
    this.#extras.set(id, count);
    return count <= MOST_EXTRAS;
  }

  /** Before gates open. */
  early(run: string): void {
    const { seeded, gates } = this.#options;
    for (const planned of gates.values())
      if (planned.gate !== "sleep" && planned.gate !== "kept" && seeded.chance(0.3))
        this.#send(this.#decisions.early(planned, { run, address: planned.name, x: null }), null);
  }

  /** What was closed is decided once more, and what is open, too. */
  everything(): void {
    for (const { id, status } of this.rows().gates)
      if (status === "open" || this.#options.seeded.chance(0.2)) this.gate(id);
  }

  rows(): DecisionRows {
    return readDecisions(this.#options.read);
  }

  #seen(id: string): SeenGate | null {
    const rows = this.rows();
    const row = rows.gates.find((gate) => gate.id === id);
    const planned = this.#options.gates.get(row?.name ?? "");
    return row === undefined || planned === undefined || planned.gate === "sleep"
      ? null
      : seenGate(row, planned, rows);
  }

  #send(decision: Decision | null, gate: string | null): void {
    if (decision === null) return;
    const sent = this.#sendAndHear(decision, gate);
    this.#sending.add(sent);
    void sent.finally(() => this.#sending.delete(sent));
  }

  async #sendAndHear(decision: Decision, gate: string | null): Promise<void> {
    const answer = await this.#options.clients.ask(decision, { kind: "decide", decision });
    this.#answered(decision, gate, answer);
  }

  #answered(decision: Decision, gate: string | null, answer: ClientAnswer | null): void {
    if (answer?.code === NOT_REACHED) return;
    if (answer === null) this.told.unanswered(decision);
    else this.#tell(decision, gate, answer);
    // It counted and did not suffice, or nobody knows whether it did. Who refuses leaves it to the others.
    const isMore =
      answer?.code === undefined || answer.code === AGAIN || this.#options.clients.isAway(answer.code);
    if (this.#insists && gate !== null && isMore && this.#seen(gate)?.isOpen === true) this.gate(gate);
  }

  #tell(decision: Decision, gate: string | null, answer: ClientAnswer): void {
    const { value: decided, code } = answer;
    this.answers++;
    if (code !== undefined && AWAY.has(code)) return;
    const wrong = wrongAnswer(decision, answer, gate === null);
    if (wrong !== null) this.broken.push(wrong);
    if (code !== undefined)
      return this.told.answered(decision, { kind: "refused", code, isEarly: gate === null ? null : false });
    if (decided === "kept") return this.told.answered(decision, { kind: "kept" });
    this.told.answered(decision, { kind: "accepted", gate: String(decided) });
    this.#options.accepted();
  }

  /** Resolves when nothing that was sent waits for an answer any more. */
  async settled(options: { readonly insists: boolean }): Promise<void> {
    this.#insists = options.insists;
    while (this.#sending.size > 0) await Promise.all(this.#sending);
    this.#insists = true;
  }
}
