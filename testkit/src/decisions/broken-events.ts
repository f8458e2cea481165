import type { DecisionRows, GateRow } from "./decision-rows.ts";
import { isFit } from "./event-match.ts";
import type { EventRow } from "./event-rows.ts";

/** What does not hold of the events that a store has: who took them, and the gates that they decided. */
export function brokenEvents(
  events: readonly EventRow[],
  { gates, signals }: DecisionRows,
): readonly string[] {
  const byId = new Map(gates.map((gate) => [gate.id, gate]));
  return events.flatMap((event) => {
    const broken = [...brokenTaking(event, byId)];
    const misfits = event.offers.filter(({ isTaken }) => !isTaken);
    const kept = signals.filter(
      ({ state, decision }) => state === "refused" && isOf(decision.event ?? null, event),
    );
    if (kept.length !== misfits.length)
      broken.push(`did not fit ${misfits.length} gates, and ${kept.length} of that are kept`);
    const decided = gates.filter(({ decision }) => isOf(decision?.event ?? null, event));
    for (const { id, path } of decided)
      if (!event.offers.some(({ gate, isTaken }) => gate === id && isTaken))
        broken.push(`decided ${path}, which did not take it`);
    return broken.map((what) => `the event ${event.source} ${event.id} ${what}`);
  });
}

/** One for one gate, all the others for whoever waits for their key; each gate is decided by what it took. */
function* brokenTaking(event: EventRow, gates: ReadonlyMap<string, GateRow>): Generator<string> {
  const taken = event.offers.filter(({ isTaken }) => isTaken);
  if (event.to === "one" && taken.length > 1) yield `is for one gate, and ${taken.length} took it`;
  for (const { gate: id, isTaken } of event.offers) {
    const gate = gates.get(id);
    if (gate === undefined) yield "was taken by a gate that is gone";
    else if (isTaken !== isFit(event))
      yield `is ${String(event.payload)}, and ${gate.path} ${isTaken ? "took" : "refused"} it`;
    else if (keyOf(gate) !== event.key) yield `is of ${event.key}, and ${gate.path} waits for ${keyOf(gate)}`;
    else if (isTaken && !isDecidedBy(gate, event))
      yield `was taken by ${gate.path}, which is decided otherwise`;
  }
}

const keyOf = ({ kind, value }: GateRow): string =>
  kind === "event" ? (value as { readonly key: string }).key : "nothing";

const isDecidedBy = ({ decision }: GateRow, event: EventRow): boolean =>
  isOf(decision?.event ?? null, event) && decision?.value === event.payload && decision?.by === event.by;

const isOf = (
  name: { readonly source: string; readonly id: string } | null,
  { source, id }: Pick<EventRow, "source" | "id">,
): boolean => name !== null && name.source === source && name.id === id;
