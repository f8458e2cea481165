import type { GateRecord } from "@ligase/engine";
import type { InboxItem } from "@ligase/engine/reader";
import { decidersText, handOverLine, votesText } from "../output/gate-policy-text.ts";
import { gateTitle } from "../output/gate-text.ts";
import { ageText, spanText } from "../output/human-time.ts";
import { jsonValue } from "@ligase/sdk/values";
import { shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { cutTo, printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** An item for machines. */
export function inboxDocument({ gate, run, votes, evidence }: InboxItem): unknown {
  const { id, name, path, kind, question, openedAt, deadlineAt, deciders, policy } = gate;
  const { contentHash, isEscalated } = gate;
  const { quorum, notLauncher, requireComment } = policy;
  return jsonValue({
    run: run.id,
    workflow: run.name,
    launcher: run.user,
    gate: id,
    name,
    path,
    kind,
    question,
    openedAt,
    deadlineAt,
    isEscalated,
    contentHash,
    deciders,
    notLauncher,
    requireComment,
    quorum,
    votes,
    evidence,
  });
}

/** The items for people: a line for each, and below it what it asks. Of a server, where that is; null for a store. */
export function inboxText(items: readonly InboxItem[], server: string | null, world: World): string {
  const { palette } = world.out;
  if (items.length === 0) return `${palette.dim("No gate waits for a decision.")}\n`;
  const columns = ["gate", "run", "workflow", "kind", "asked", "until", "votes"].map((title) => ({
    title: palette.dim(title),
  }));
  const [header = "", ...rows] = textTable(
    columns,
    items.map((item) => cells(item, world)),
  );
  const lines = rows.flatMap((row, index) => [row, ...detailLines(items[index] as InboxItem, world)]);
  return `${[header, ...lines, "", ...howLines(server).map(palette.dim)].join("\n")}\n`;
}

/** How to look at a gate, and how to decide it. */
function howLines(server: string | null): readonly string[] {
  const decide = "ligase approve, reject or answer RUN GATE";
  if (server === null) return [`ligase show RUN shows what a gate asks; ${decide} decides it`];
  const url = printableLine(server.replace(/\/+$/, ""));
  return [`${url}/api/v1/runs/RUN/gates/GATE shows what a gate asks`, `${decide} --server ${url} decides it`];
}

function cells({ gate, run, votes }: InboxItem, world: World): readonly string[] {
  const { palette } = world.out;
  const now = world.now();
  return [
    gateTitle(gate, palette),
    palette.bold(shortId(run.id)),
    printableLine(run.name),
    gate.kind,
    ageText(now - gate.openedAt),
    untilText(gate, world),
    gate.policy.quorum === 1 ? "" : votesText(gate, votes),
  ];
}

function untilText({ deadlineAt, isEscalated }: GateRecord, world: World): string {
  const { yellow } = world.out.palette;
  const escalated = isEscalated ? yellow(" escalated") : "";
  if (deadlineAt === null) return escalated.trim();
  const left = deadlineAt - world.now();
  return (left < 0 ? yellow("now") : `in ${spanText(left)}`) + escalated;
}

function detailLines({ gate, run, evidence }: InboxItem, world: World): readonly string[] {
  const { dim } = world.out.palette;
  const width = Math.min(120, world.out.size().width) - 4;
  const who = decidersText(gate);
  const decided = [
    ...(who === "" ? [] : [`by ${who}`]),
    ...(gate.policy.notLauncher ? [`not by ${printableLine(run.user)}, who launched it`] : []),
  ];
  const details = [
    ...(gate.question === null ? [] : [printableLine(gate.question)]),
    ...(decided.length === 0 ? [] : [`to be decided ${decided.join(", ")}`]),
    ...handOverLine(gate),
    ...(evidence.length === 0 ? [] : [`shows ${evidence.map(printableLine).join(", ")}`]),
  ];
  return details.map((detail) => dim(`  ${cutTo(detail, width)}`));
}
