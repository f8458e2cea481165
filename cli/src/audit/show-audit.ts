import type { ReadAudit, ReadEntry } from "@ligase/engine/reader";
import type { AuditEntry, PeopleCheck } from "@ligase/engine";
import { momentText } from "../output/human-time.ts";
import { shortHash, shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** The chain for people, an entry a line. */
export function auditText({ entries, run }: ReadAudit, { out }: World): string {
  const { dim } = out.palette;
  if (entries.length === 0)
    return `${dim(`Nobody did anything to run ${shortId(run.id)}: it has no gate.`)}\n`;
  const columns = ["", "when", "who", "what", "gate", ""].map((title, index) => ({
    title: dim(title),
    ...(index === 0 ? { align: "end" as const } : {}),
  }));
  const rows = entries.map((read) => [
    String(read.entry.number),
    momentText(read.entry.at),
    read.entry.actor === null ? dim("—") : printableLine(read.entry.actor),
    read.entry.detail["replaces"] == null ? actionText(read.entry.action) : "changed vote",
    printableLine(read.gate),
    detailText(read, dim),
  ]);
  return `${textTable(columns, rows).join("\n")}\n\n`;
}

/** Whether the record holds, and what is wrong where it does not. */
export function verdictText({ check, entries }: ReadAudit, { out }: World): string {
  const { dim } = out.palette;
  const { brokenAt, changed, erased, unrecorded, unrecordedHandOvers, holds } = check;
  const wrong = [
    ...brokenLine(brokenAt),
    ...(changed.length === 0
      ? []
      : [`decisions stored otherwise than recorded: entry ${changed.join(", ")}`]),
    ...unrecorded.map(
      ({ address, decision }) =>
        `a decision by ${printableLine(decision.by ?? "nobody")} on ${printableLine(address)} that no entry tells`,
    ),
    ...unrecordedHandOvers.map(({ by }) => `a gate handed over by ${printableLine(by)} that no entry tells`),
  ];
  const gone = erased.length === 0 ? [] : [dim(`  erased since: the decision of entry ${erased.join(", ")}`)];
  return `${[...verdictLines({ holds, count: entries.length, wrong }, out), ...gone].join("\n")}\n`;
}

/** The same of what was done to users and tokens. */
export function peopleVerdictText(check: PeopleCheck, { out }: World): string {
  const { holds, changes, brokenAt, unlikeUsers, unlikeTokens } = check;
  const wrong = [
    ...brokenLine(brokenAt),
    ...unlikeUsers.map((name) => `the user ${printableLine(name)} is otherwise than recorded`),
    ...unlikeTokens.map((id) => `the token ${printableLine(id)} is otherwise than recorded`),
  ];
  return `${verdictLines({ holds, count: changes, wrong }, out).join("\n")}\n`;
}

const brokenLine = (brokenAt: number | null): readonly string[] =>
  brokenAt === null ? [] : [`entry ${brokenAt} does not follow from those before it`];

function verdictLines(
  verdict: { readonly holds: boolean; readonly count: number; readonly wrong: readonly string[] },
  { palette: { green, red } }: World["out"],
): readonly string[] {
  const count = `${verdict.count} ${verdict.count === 1 ? "entry" : "entries"}`;
  return verdict.holds
    ? [`${green("✓")} the record holds: ${count}`]
    : [`${red("✗")} the record does not hold (${count})`, ...verdict.wrong.map((line) => `  ${line}`)];
}

function actionText(action: AuditEntry["action"]): string {
  switch (action) {
    case "gate-opened":
      return "gate opened";
    case "gate-closed":
      return "gate closed";
    case "signalled-early":
      return "signalled early";
    case "handed-over":
      return "handed over";
    case "set-aside":
      return "set aside";
    case "put-back":
      return "put back";
    case "voted":
    case "refused":
    case "reminded":
    case "escalated":
      return action;
  }
}

function detailText({ entry, decision }: ReadEntry, dim: (text: string) => string): string {
  const { outcome, code, status, shown, deciders, reason } = entry.detail;
  const given = decision !== null && "outcome" in decision ? decision.outcome : null;
  const said = given ?? outcome ?? status ?? (entry.action === "handed-over" ? `to ${deciders}` : null);
  const why = decision?.comment == null ? "" : `: ${printableLine(decision.comment)}`;
  const parts = [
    ...(said == null ? [] : [`${printableLine(said)}${why}`]),
    ...(code == null ? [] : [`(${code})`]),
    ...(deciders == null || entry.action === "handed-over" ? [] : [`asked: ${printableLine(deciders)}`]),
    ...(reason == null ? [] : [printableLine(reason)]),
    ...(shown == null ? [] : [dim(`content ${shortHash(shown)}`)]),
  ];
  return parts.join("  ");
}
