import type { EventRecord, Published } from "@ligase/engine";
import { jsonValue } from "@ligase/sdk/values";
import { ageText, spanText } from "../output/human-time.ts";
import { shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** An event for machines. */
export const eventDocument = ({ payload, ...event }: EventRecord): Readonly<Record<string, unknown>> => ({
  ...event,
  payload: jsonValue(payload),
});

/** What became of an event that was published, in a line, and a line for each gate or trigger that it does not fit. */
export function publishedText(event: Published, world: World): string {
  const { bold, yellow } = world.out.palette;
  const lines = [
    `${bold(printableLine(event.key))} ${event.isNew ? "is published" : "was published before"}: ${outcomeText(event)}`,
    ...misfitsOf(event).map((reason) => yellow(printableLine(reason))),
  ];
  return `${lines.join("\n")}\n`;
}

function misfitsOf({ refusedBy, launches }: EventRecord): readonly string[] {
  return [
    ...refusedBy.map(({ reason }) => reason),
    ...launches.flatMap(({ problem }) => (problem === null ? [] : [problem])),
  ];
}

function outcomeText(event: EventRecord): string {
  const runs = event.launches
    .filter(({ problem }) => problem === null)
    .map(({ trigger, run }) => `${run === null ? "launches" : "launched"} ${printableLine(trigger)}`);
  if (runs.length === 0) return gatesText(event);
  return (event.takenBy.length === 0 ? runs : [gatesText(event), ...runs]).join(", ");
}

function gatesText({ takenBy, to }: EventRecord): string {
  const taken = takenBy.length === 1 ? "a gate took it" : `${takenBy.length} gates took it`;
  if (to === "all") return `${taken}, and gates that open until it is over do`;
  return takenBy.length === 0 ? "no gate waits for it, it is kept" : taken;
}

export function eventsText(events: readonly EventRecord[], world: World): string {
  const { palette } = world.out;
  if (events.length === 0) return `${palette.dim("No events: ligase event KEY PAYLOAD")}\n`;
  const columns = ["event", "key", "source", "came", "taken by", "launched", "misfits", "kept for"].map(
    (title) => ({
      title: palette.dim(title),
    }),
  );
  const now = world.now();
  const rows = events.map((event) => [
    palette.bold(String(event.number)),
    printableLine(event.key),
    printableLine(event.source),
    ageText(now - event.receivedAt),
    takenText(event),
    event.launches.map(({ trigger, run }) => launchText(trigger, run)).join(" "),
    misfitsOf(event).length === 0 ? "" : palette.yellow(String(misfitsOf(event).length)),
    keptText(event, now),
  ]);
  return `${textTable(columns, rows).join("\n")}\n`;
}

const launchText = (trigger: string, run: string | null): string =>
  printableLine(run === null ? trigger : shortId(run));

const takenText = ({ takenBy, to }: EventRecord): string =>
  to === "all" ? `${takenBy.length}, for all` : takenBy.length === 0 ? "" : "1";

function keptText({ takenBy, to, expiresAt }: EventRecord, now: number): string {
  if (to === "one" && takenBy.length > 0) return "";
  return expiresAt <= now ? "over" : spanText(expiresAt - now);
}
