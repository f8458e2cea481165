import type { EventRecord, Published } from "@ligase/engine";
import { jsonValue } from "@ligase/sdk/values";
import { ageText, spanText } from "../output/human-time.ts";
import { textTable } from "../output/text-table.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** An event for machines. */
export const eventDocument = ({ payload, ...event }: EventRecord): Readonly<Record<string, unknown>> => ({
  ...event,
  payload: jsonValue(payload),
});

/** What became of an event that was published, in a line, and a line for each gate that it does not fit. */
export function publishedText(event: Published, world: World): string {
  const { bold, yellow } = world.out.palette;
  const lines = [
    `${bold(printableLine(event.key))} ${event.isNew ? "is published" : "was published before"}: ${outcomeText(event)}`,
    ...event.refusedBy.map(({ reason }) => yellow(printableLine(reason))),
  ];
  return `${lines.join("\n")}\n`;
}

function outcomeText({ takenBy, to }: EventRecord): string {
  const taken = takenBy.length === 1 ? "a gate took it" : `${takenBy.length} gates took it`;
  if (to === "all") return `${taken}, and gates that open until it is over do`;
  return takenBy.length === 0 ? "no gate waits for it, it is kept" : taken;
}

export function eventsText(events: readonly EventRecord[], world: World): string {
  const { palette } = world.out;
  if (events.length === 0) return `${palette.dim("No events: ligase event KEY PAYLOAD")}\n`;
  const columns = ["event", "key", "source", "came", "taken by", "misfits", "kept for"].map((title) => ({
    title: palette.dim(title),
  }));
  const now = world.now();
  const rows = events.map((event) => [
    palette.bold(String(event.number)),
    printableLine(event.key),
    printableLine(event.source),
    ageText(now - event.receivedAt),
    takenText(event),
    event.refusedBy.length === 0 ? "" : palette.yellow(String(event.refusedBy.length)),
    keptText(event, now),
  ]);
  return `${textTable(columns, rows).join("\n")}\n`;
}

const takenText = ({ takenBy, to }: EventRecord): string =>
  to === "all" ? `${takenBy.length}, for all` : takenBy.length === 0 ? "" : "1";

function keptText({ takenBy, to, expiresAt }: EventRecord, now: number): string {
  if (to === "one" && takenBy.length > 0) return "";
  return expiresAt <= now ? "over" : spanText(expiresAt - now);
}
