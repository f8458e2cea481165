import type { Decision } from "@ligase/engine/testing";
import { readDecisions, type DecisionRows, type ReadRows } from "../../decisions/decision-rows.ts";
import { seenGate, type SeenGate } from "../../decisions/gate-state.ts";
import type { PlannedGate } from "../../decisions/planned-gate.ts";
import { RandomDecisions } from "../../decisions/random-decisions.ts";
import { ToldDecisions } from "../../decisions/told-decisions.ts";
import type { Scene } from "../scene.ts";
import type { Seeded } from "../seeded.ts";
import { ClientProcess, type ClientAnswer } from "./client-process.ts";

const CLIENTS = 2;
/** A client is killed after so many microseconds at the most, when it was given something to send. */
const KILLED_WITHIN_MICROSECONDS = 3_000;
/** What a gate is sent at the most, beyond what it takes to decide it. */
const MOST_EXTRAS = 6;
/** Answers of a store that is busy or away: nothing was done, and it is tried again so often. */
const AWAY = new Set(["store-busy", "store-unavailable", "store-lost-writes"]);
const MOST_TRIES = 50;

export interface CrowdOptions {
  readonly scene: Scene;
  readonly gates: ReadonlyMap<string, PlannedGate>;
  readonly seeded: Seeded;
  readonly read: ReadRows;
}

/** Those who decide the gates of a scene from processes of their own: several at once, against each other, wrongly, and killed. */
export class Crowd {
  readonly told = new ToldDecisions();
  readonly #options: CrowdOptions;
  readonly #decisions: RandomDecisions;
  readonly #clients: ClientProcess[] = [];
  readonly #sending = new Set<Promise<void>>();
  readonly #extras = new Map<string, number>();
  /** Called when a decision was accepted. */
  onAccepted: () => void = () => undefined;
  #tries = 0;
  /** Whether what is open is decided until it is closed. */
  #insists = true;
  /** Clients that were killed. */
  kills = 0;
  /** Decisions that were answered. */
  answers = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#decisions = new RandomDecisions(options.seeded);
  }

  #client(): ClientProcess {
    const index = this.#options.seeded.whole(0, CLIENTS - 1);
    const known = this.#clients[index];
    if (known?.isAlive === true) return known;
    return (this.#clients[index] = new ClientProcess(this.#options.scene));
  }

  /** Decides a gate, as it is now, until it is closed. */
  gate(id: string): void {
    const { seeded } = this.#options;
    const seen = this.#seen(id);
    if (seen === null) return;
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
    const client = this.#client();
    const sent = client.decide(decision).then((answer) => this.#answered(decision, gate, answer));
    this.#sending.add(sent);
    void sent.finally(() => this.#sending.delete(sent));
    if (this.#options.seeded.chance(0.05)) this.#kill(client);
  }

  #kill(client: ClientProcess): void {
    const micros = this.#options.seeded.whole(0, KILLED_WITHIN_MICROSECONDS);
    const at = process.hrtime.bigint() + BigInt(micros) * 1_000n;
    while (process.hrtime.bigint() < at);
    if (!client.isAlive) return;
    client.kill();
    this.kills++;
  }

  #answered(decision: Decision, gate: string | null, answer: ClientAnswer): void {
    if (answer === null) this.told.unanswered(decision);
    else this.#tell(decision, gate, answer);
    // It counted and did not suffice, or nobody knows whether it did. Who refuses leaves it to the others.
    const isMore = answer?.code === undefined || this.#isAway(answer.code);
    if (this.#insists && gate !== null && isMore && this.#seen(gate)?.isOpen === true) this.gate(gate);
  }

  #isAway(code: string): boolean {
    if (!AWAY.has(code)) return false;
    if (++this.#tries > MOST_TRIES) throw new Error(`A store answers ${code} again and again.`);
    return true;
  }

  #tell(decision: Decision, gate: string | null, { gate: decided, code }: NonNullable<ClientAnswer>): void {
    this.answers++;
    if (code !== undefined && AWAY.has(code)) return;
    if (code !== undefined)
      return this.told.answered(decision, { kind: "refused", code, isEarly: gate === null ? null : false });
    if (decided === "kept") return this.told.answered(decision, { kind: "kept" });
    this.told.answered(decision, { kind: "accepted", gate: decided ?? "" });
    this.onAccepted();
  }

  /** Resolves when nothing that was sent waits for an answer any more. */
  async settled(options: { readonly insists: boolean }): Promise<void> {
    this.#insists = options.insists;
    while (this.#sending.size > 0) await Promise.all(this.#sending);
    this.#insists = true;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
