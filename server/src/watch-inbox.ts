import type { Inspect } from "@ligase/engine";
import { itemOf, openItems } from "@ligase/engine/reader";
import type { GateSummary } from "./contract/gates.ts";
import { KEPT, type TopicEvent, type Watched } from "./event-topic.ts";
import { gateSummary } from "./gate-documents.ts";

/** So many gates come with the state; the others are pages of the inbox. */
const FIRST_PAGE = 200;
/** What was written at a time may be seen so much later: transactions take their time, and clocks differ. */
const LATE_MS = 30_000;

/** A gate that changed of late, as it was told. */
interface Told {
  readonly changedAt: number;
  readonly isOpen: boolean;
}

interface Inbox {
  /** By the clock of the store. */
  readonly now: number;
  readonly told: ReadonlyMap<string, Told>;
  /** Since the look before. */
  readonly events: readonly Pick<TopicEvent, "type" | "data">[];
}

/** What comes into the inbox and leaves it. A look reads the gates that changed of late, however many are open. */
export const watchInbox = (inspect: Inspect): Watched<Inbox> => ({
  look: (before) => (before === null ? firstLook(inspect) : nextLook(inspect, before)),
  changes: (_before, { events }) => events,
  document() {
    const gates = openItems(inspect)
      .take(FIRST_PAGE + 1)
      .map(gateSummary)
      .toArray();
    return { gates: gates.slice(0, FIRST_PAGE), more: gates.length > FIRST_PAGE };
  },
  isOver: () => false,
});

/** Nothing is told of what was before. */
function firstLook(inspect: Inspect): Inbox {
  const { now } = inspect.changedForPeople();
  const { gates } = inspect.changedForPeople(now - LATE_MS);
  const told = gates.map(
    ({ id, runId, changedAt }) =>
      [id, { changedAt, isOpen: inspect.gate(runId, id).status === "open" }] as const,
  );
  return { now, told: new Map(told), events: [] };
}

function nextLook(inspect: Inspect, before: Inbox): Inbox {
  const { now, gates } = inspect.changedForPeople(before.now - LATE_MS);
  const told = new Map<string, Told>();
  const changed: Changed[] = [];
  for (const gate of gates) {
    const { id, changedAt } = gate;
    const known = before.told.get(id);
    told.set(id, { changedAt, isOpen: known?.isOpen ?? true });
    if (known?.changedAt !== changedAt) changed.push(gate);
  }
  // Of more than are kept, nobody hears of the first: who was away begins anew.
  const events = changed.slice(-KEPT - 1).flatMap((gate) => {
    const item = gateSummary(itemNow(inspect, gate));
    told.set(gate.id, { changedAt: gate.changedAt, isOpen: item.status === "open" });
    return eventsOf(item, before);
  });
  return { now, told, events };
}

type Changed = ReturnType<Inspect["changedForPeople"]>["gates"][number];

const itemNow = (inspect: Inspect, { id, runId }: Changed): Parameters<typeof gateSummary>[0] =>
  itemOf(inspect, inspect.gate(runId, id), inspect.run(runId));

/** What a gate that changed is to somebody who heard everything so far. */
function eventsOf(gate: GateSummary, { now, told }: Inbox): Inbox["events"] {
  const { id, run, openedAt } = gate;
  const before = told.get(id);
  if (gate.status === "open")
    return [{ type: before?.isOpen !== true && openedAt > now - LATE_MS ? "opened" : "changed", data: gate }];
  // One that opened and was closed between two looks was never there.
  return (before?.isOpen ?? openedAt <= now) ? [{ type: "closed", data: { id, run } }] : [];
}
