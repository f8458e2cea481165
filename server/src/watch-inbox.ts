import type { Inspect } from "@ligase/engine";
import { openItems } from "@ligase/engine/reader";
import type { GateSummary } from "./contract/gates.ts";
import type { Watched } from "./event-topic.ts";
import { gateSummary } from "./gate-documents.ts";

type Inbox = ReadonlyMap<string, { readonly gate: GateSummary; readonly text: string }>;

/** Nobody looks through more, and each look reads them. */
const MOST_WATCHED = 200;

/** The first gates of all runs that wait for people. */
export const watchInbox = (inspect: Inspect): Watched<Inbox> => ({
  look: () =>
    new Map(
      openItems(inspect)
        .take(MOST_WATCHED)
        .map((item) => {
          const gate = gateSummary(item);
          return [gate.id, { gate, text: JSON.stringify(gate) }] as const;
        }),
    ),
  changes(before, now) {
    const gone = [...before].filter(([id]) => !now.has(id));
    return [
      ...gone.map(([id, { gate }]) => ({ type: "closed", data: { id, run: gate.run } })),
      ...[...now].flatMap(([id, { gate, text }]) => {
        const old = before.get(id);
        if (old === undefined) return [{ type: "opened", data: gate }];
        return old.text === text ? [] : [{ type: "changed", data: gate }];
      }),
    ];
  },
  document: (now) => ({ gates: Array.from(now.values(), ({ gate }) => gate) }),
  isOver: () => false,
});
