import { encode, hashText } from "@ligase/sdk/values";
import type { DecisionRows, EntryRow, GateRow, SignalRow } from "./decision-rows.ts";
import { mayHandOver } from "./hand-over.ts";
import { mayDecide, PEOPLE, united, type HandedOver } from "./people.ts";
import type { PlannedGate } from "./planned-gate.ts";
import { areAlike, verdictOn, withVote, type GateState, type SentDecision } from "./verdict.ts";

/** What a gate's history is judged by. */
export interface Judged {
  readonly gate: GateRow;
  readonly planned: PlannedGate;
  readonly launcher: string;
  readonly rows: DecisionRows;
  /** The audit chain of its run, in order. */
  readonly chain: readonly EntryRow[];
  /** By so much clocks may have been set back between the moment when something was due and the note of it. */
  readonly setBackMs: number;
}

/**
 * Lives through what the audit chain tells of one gate, entry by entry, and compares each with the rules and with the
 * rows (C20, C23, C24). Gives what does not fit, in words.
 */
export function brokenHistory(judged: Judged): readonly string[] {
  return new GateHistory(judged).broken();
}

class GateHistory {
  readonly #judged: Judged;
  readonly #broken: string[] = [];
  /** Signals that its chain has told as votes. */
  readonly #voted = new Set<SignalRow>();
  #votes: readonly SentDecision[] = [];
  #phase: "unopened" | "open" | "closed" = "unopened";
  #deadline: number | null = null;
  #reminded = 0;
  #isEscalated = false;
  #handed: HandedOver | null = null;
  /** The vote that decided it: nothing may come between it and the closing. */
  #deciding: SentDecision | null = null;
  #closing: EntryRow | null = null;

  constructor(judged: Judged) {
    this.#judged = judged;
  }

  broken(): readonly string[] {
    const { gate, chain } = this.#judged;
    for (const entry of chain) if (entry.subject === gate.id) this.#live(entry);
    if (this.#deciding !== null) this.#say("is decided and was not closed");
    this.#compareRow();
    return this.#broken;
  }

  #say(what: string): void {
    this.#broken.push(`gate ${this.#judged.gate.path} ${what}`);
  }

  #live(entry: EntryRow): void {
    if (this.#deciding !== null && entry.action !== "gate-closed")
      this.#say(`is decided, and ${entry.action} comes before its closing`);
    switch (entry.action) {
      case "gate-opened":
        return this.#open(entry);
      case "voted":
        return this.#vote(entry);
      case "gate-closed":
        return this.#close(entry);
      case "reminded":
        return this.#remind(entry);
      case "escalated":
        return this.#escalate(entry);
      case "handed-over":
        return this.#handOver(entry);
    }
  }

  #open({ at, number, detail }: EntryRow): void {
    const { gate, planned } = this.#judged;
    if (this.#phase !== "unopened") this.#say("was opened twice");
    if (detail["shown"] !== gate.contentHash) this.#say("shows something else than the chain says");
    this.#phase = "open";
    const waitMs = planned.gate === "sleep" ? (planned.timeoutMs ?? 0) : planned.timeoutMs;
    this.#deadline = waitMs === null ? null : at + waitMs;
    this.#checkEarly(number);
  }

  #vote({ actor, detail }: EntryRow): void {
    const { gate, rows } = this.#judged;
    if (this.#phase !== "open") this.#say("has a vote that came when it was not open");
    const signal = rows.signals.find(
      (one) =>
        one.gate === gate.id &&
        (one.state === "used" || one.state === "replaced") &&
        one.voter === actor &&
        hashText(encode(one.decision, { locations: true })) === detail["decision"] &&
        !this.#voted.has(one),
    );
    if (signal === undefined) return this.#say(`has a vote of ${actor} in its chain alone`);
    this.#voted.add(signal);
    const { decision } = signal;
    if (decision.outcome !== detail["outcome"]) this.#say("has another vote than its chain");
    const verdict = verdictOn(this.#state(), decision);
    if (verdict !== "counts" && verdict !== "closes")
      this.#say(`counted a vote of ${actor} that is ${verdict}`);
    this.#votes = withVote(this.#votes, decision);
    if (verdict === "closes") this.#deciding = decision;
  }

  #state(): GateState {
    const { planned, launcher, gate } = this.#judged;
    return {
      planned,
      launcher,
      contentHash: gate.contentHash,
      isOpen: this.#phase === "open",
      isEscalated: this.#isEscalated,
      handed: this.#handed,
      closing: null,
      votes: this.#votes,
    };
  }

  #close(entry: EntryRow): void {
    const { actor, detail } = entry;
    if (this.#phase !== "open") this.#say(`was ${this.#phase} and is closed`);
    this.#phase = "closed";
    this.#closing = entry;
    const deciding = this.#deciding;
    this.#deciding = null;
    if (deciding !== null) {
      if (actor !== deciding.by || detail["outcome"] !== deciding.outcome)
        this.#say(`was decided by ${deciding.by} and closed by ${actor ?? "time"}`);
      return;
    }
    if (actor !== null) return this.#checkReuse();
    if (detail["status"] === "cancelled") return;
    if (this.#isTooEarly(entry.at)) this.#say("was closed before its time was up");
    if (this.#judged.planned.policy.escalation !== null && !this.#isEscalated)
      this.#say("was closed by time before others were asked");
  }

  /** C23: a decision on equal content, by people who might decide here. */
  #checkReuse(): void {
    const { gate, planned, launcher, rows } = this.#judged;
    const { decision } = gate;
    if (planned.gate !== "kept" || decision === null)
      return this.#say(`was closed by ${decision?.by ?? "nobody"} without the votes that it needs`);
    const isSource = (other: GateRow): boolean =>
      other.id !== gate.id &&
      other.contentHash === gate.contentHash &&
      other.decision?.at === decision.at &&
      other.decision.by === decision.by &&
      areAlike(other.decision, decision);
    const asked = { policy: planned.policy, launcher, isEscalated: false };
    const votesOf = ({ id }: GateRow): readonly SignalRow[] =>
      rows.signals.filter((signal) => signal.gate === id && signal.state === "used");
    const mightAll = (votes: readonly SignalRow[]): boolean =>
      votes.length > 0 &&
      votes.every(({ decision: vote }) => mayDecide(asked, { ...vote, name: vote.by ?? "" }));
    if (!rows.gates.filter(isSource).some((source) => mightAll(votesOf(source))))
      this.#say("uses a decision again that nobody made who might decide it");
  }

  #remind({ at, actor }: EntryRow): void {
    const { remindMs } = this.#judged.planned.policy;
    const before = remindMs[this.#reminded++];
    if (this.#phase !== "open" || actor !== null) this.#say("has a reminder when it is not open");
    if (before === undefined) this.#say("has more reminders than it asks for");
    else if (this.#isTooEarly(at + before)) this.#say("has a reminder too early");
  }

  #isTooEarly(at: number): boolean {
    return this.#deadline === null || at + this.#judged.setBackMs < this.#deadline;
  }

  #escalate({ at, actor }: EntryRow): void {
    const { escalation } = this.#judged.planned.policy;
    if (this.#phase !== "open" || actor !== null) this.#say("asks others when it is not open");
    if (escalation === null || this.#isEscalated) return this.#say("asks others without cause");
    if (this.#isTooEarly(at)) this.#say("asks others before its time is up");
    this.#isEscalated = true;
    if (this.#handed !== null)
      this.#handed = { ...this.#handed, deciders: united(this.#handed.deciders, escalation.to) };
    this.#reminded = 0;
    this.#deadline = escalation.timeoutMs === null ? null : at + escalation.timeoutMs;
  }

  #handOver({ actor, detail }: EntryRow): void {
    const givers = this.#handed?.givers ?? [];
    const given = this.#judged.gate.deciders?.handedOver?.[givers.length];
    if (this.#phase !== "open") this.#say("was handed over when it was not open");
    if (given === undefined || given.by !== actor || hashText(encode(given)) !== detail["decision"])
      return this.#say(`was handed over by ${actor} in its chain alone`);
    const person = PEOPLE.find(({ name }) => name === actor);
    if (person === undefined || !mayHandOver(this.#state(), person))
      this.#say(`was handed over by ${actor}, who may not do that`);
    this.#handed = { deciders: given.to, givers: [...givers, given.by] };
  }

  /** Who decides now is who was named last, with those who were asked since. */
  #compareDeciders(): void {
    const { deciders } = this.#judged.gate;
    const times = deciders?.handedOver?.length ?? 0;
    if (times !== (this.#handed?.givers.length ?? 0)) this.#say("was handed over in its row alone");
    if (this.#handed === null) return;
    const { users, roles } = this.#handed.deciders;
    if (deciders?.users.join() !== users.join() || deciders.roles.join() !== roles.join())
      this.#say("is to be decided by others than it was given to");
  }

  /** C24: what came early counts when the gate opens, in the order in which it came. */
  #checkEarly(opened: number): void {
    const { gate } = this.#judged;
    const opening = this.#state();
    let votes: readonly SentDecision[] = [];
    for (const signal of this.#pendingAt(opened)) {
      const { decision, gate: used } = signal;
      if (gate.evidence.length > 0 && decision.contentHash !== gate.contentHash) continue;
      const verdict = verdictOn({ ...opening, votes }, decision);
      if (verdict !== "counts" && verdict !== "closes") continue;
      if (used !== gate.id) this.#say(`did not count what ${decision.by} decided before it opened`);
      votes = withVote(votes, decision);
      if (verdict === "closes") return;
    }
  }

  /** Signals that came before an entry of the chain and were not used until then: those to the path come first. */
  #pendingAt(opened: number): readonly SignalRow[] {
    const { gate, chain, rows } = this.#judged;
    const openedAt = (id: string | null): number =>
      chain.find(({ action, subject }) => action === "gate-opened" && subject === id)?.number ?? Infinity;
    const came = (signal: SignalRow): boolean =>
      chain.some(
        ({ action, number, subject, actor, at }) =>
          action === "signalled-early" &&
          number < opened &&
          subject === signal.address &&
          actor === signal.voter &&
          at === signal.decision.at,
      );
    const pending = rows.signals.filter(
      (signal) => signal.run === gate.run && came(signal) && openedAt(signal.gate) >= opened,
    );
    const to = (address: string): readonly SignalRow[] => pending.filter((one) => one.address === address);
    return gate.path === gate.name ? to(gate.path) : [...to(gate.path), ...to(gate.name)];
  }

  /** The row says what the chain says. */
  #compareRow(): void {
    const { status, decision, isEscalated } = this.#judged.gate;
    const closing = this.#closing;
    const expected = this.#phase === "closed" ? (closing?.detail["status"] ?? null) : this.#phase;
    if (status !== expected) this.#say(`is ${status}, and ${expected} by its chain`);
    if (isEscalated !== this.#isEscalated) this.#say("was escalated in its chain or in its row alone");
    const isSame = decision?.by === closing?.actor && decision?.outcome === closing?.detail["outcome"];
    if (closing !== null && decision !== null && !isSame) this.#say("has another decision than its chain");
    this.#compareVotes();
    this.#compareDeciders();
  }

  #compareVotes(): void {
    const { gate, rows } = this.#judged;
    const { decision } = gate;
    const used = rows.signals.filter((signal) => signal.gate === gate.id && signal.state === "used");
    if (used.length !== this.#votes.length)
      this.#say(`has ${used.length} votes, and ${this.#votes.length} by its chain`);
    if (decision === null || ["expired", "elapsed"].includes(decision.outcome)) return;
    if ((decision.by ?? "").trim() === "") this.#say("was decided by nobody");
    const last = this.#votes.at(-1);
    if (last?.by === decision.by && !areAlike(last, decision))
      this.#say("is closed by something else than its last vote");
  }
}
