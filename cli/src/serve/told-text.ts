import type { Told } from "@ligase/server";
import { momentText } from "../output/human-time.ts";
import { shortId } from "../output/run-names.ts";
import { printable, printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** What happened at a server, in a line for people. Names come from users: they are shown, not obeyed. */
export function toldLine(told: Told, world: World): string {
  const { dim } = world.err.palette;
  return `${dim(momentText(world.now()))} ${textOf(told)}\n`;
}

function textOf(told: Told): string {
  switch (told.kind) {
    case "launched":
    case "resumed":
    case "cancelled":
      return `${printableLine(told.by)} ${told.kind} ${printableLine(told.workflow)} (${shortId(told.run)})`;
    case "decided": {
      const early = told.kept ? ", before it opened" : "";
      return `${printableLine(told.by)} ${told.outcome} ${printableLine(told.gate)} of ${shortId(told.run)}${early}`;
    }
    case "handed-over":
      return `${printableLine(told.by)} handed over ${printableLine(told.gate)} of ${shortId(told.run)}`;
    case "failed":
      return `a request failed: ${printable(reasonOf(told.error))}`;
  }
}

/** The same for machines. */
export function toldDocument(told: Told, time: number): object {
  return told.kind === "failed" ? { kind: told.kind, time, reason: reasonOf(told.error) } : { ...told, time };
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
