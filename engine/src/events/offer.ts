import { isLigaseError, type LigaseError } from "@ligase/sdk";
import { encode } from "@ligase/sdk/internal";
import { checkedDecision } from "../gates/check-decision.ts";
import { refuse, settleGate } from "../gates/vote.ts";
import { awaitedEvent } from "../model/awaited-event.ts";
import type { EventRecord } from "../model/event.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import type { WaitingGate } from "../ports/event-store.ts";
import type { Store } from "../ports/store.ts";

/*
 * Who gets which event. Each pair of an event and a gate that waits for its key is looked at once, under locks that all
 * take in one order: the gate's run, the gate, then the turn of those who give kept events away. An event that is being
 * published is seen by nobody else, and needs no turn. A gate and an event that are written at the same time by two
 * processes do not see each other then; each looks again when it is written, so that one of them sees the other.
 */

/** Offers a gate, inside the transaction that opens it, what is kept for it, the oldest first, until something fits. */
export function offerKept(store: Store, gate: GateRecord, now: number): void {
  const awaited = awaitedEvent(gate);
  if (awaited === null || store.gates.get(gate.id)?.status !== "open") return;
  const asked = { id: gate.id, key: awaited.key };
  for (let [next] = store.events.kept(asked, now, 1); next !== undefined;) {
    const event = store.events.hold(next);
    if (event !== null && isKept(event, now) && offer(store, { event, gate, now })) return;
    [next] = store.events.kept(asked, now, 1);
  }
}

/** Whether something is kept that an open gate was not offered. */
export function hasKept(store: Store, gate: GateRecord, now: number): boolean {
  const awaited = awaitedEvent(gate);
  if (awaited === null || gate.status !== "open") return false;
  return store.events.kept({ id: gate.id, key: awaited.key }, now, 1).length > 0;
}

/** An event that a gate may get. */
export interface Offer {
  readonly number: number;
  readonly now: number;
  /** It is written in this transaction. */
  readonly isNew: boolean;
  /** Default: the gate that has waited the longest of those that were not offered it. */
  readonly to?: WaitingGate | undefined;
}

/** Offers an event to a gate, inside a transaction; gives the gate's run, or null when there is no such gate. */
export function offerNext(store: Store, { number, now, isNew, to }: Offer): string | null {
  const next = to ?? store.events.waiting(number, now, 1)[0];
  if (next === undefined) return null;
  store.audit.holdLast(next.runId);
  const gate = store.gates.hold(next.id);
  const event = isNew ? store.events.get(number) : store.events.hold(number);
  if (gate?.status === "open" && event !== null && isKept(event, now) && !wasOffered(event, gate))
    offer(store, { event, gate, now });
  return next.runId;
}

const isKept = ({ to, takenBy, expiresAt }: EventRecord, now: number): boolean =>
  expiresAt > now && (to === "all" || takenBy.length === 0);

const wasOffered = ({ takenBy, refusedBy }: EventRecord, { id }: GateRecord): boolean =>
  takenBy.includes(id) || refusedBy.some(({ gate }) => gate === id);

/** True when the gate took it. What does not fit is kept as evidence, and the gate stays open. */
function offer(
  store: Store,
  { event, gate, now }: { readonly event: EventRecord; readonly gate: GateRecord; readonly now: number },
): boolean {
  const { source, id, by, payload: value } = event;
  const given = { outcome: "answered", by, at: now, comment: null, value, event: { source, id } } as const;
  const read = readBy(gate, given);
  if (isLigaseError(read)) refuse(store, { gate, decision: given }, read);
  else settleGate(store, gate, read);
  const misfit = isLigaseError(read) ? read.message : null;
  store.events.offered(event.number, gate.id, misfit);
  return misfit === null;
}

/** The payload as the gate's type reads it, or what is wrong with it. */
function readBy(gate: GateRecord, decision: DecisionRecord): DecisionRecord | LigaseError {
  try {
    const read = checkedDecision(gate, decision);
    // A file of which only the place is known has no content yet that a value could stand for.
    encode(read.value, { locations: true });
    return read;
  } catch (error) {
    if (isLigaseError(error)) return error;
    throw error;
  }
}
