import type { DecisionRecord, GateRecord, Inspect, RunRecord } from "@ligase/engine";
import { decidersText, votesText } from "../output/gate-policy-text.ts";
import { gateTitle } from "../output/gate-text.ts";
import { ageText, spanText } from "../output/human-time.ts";
import { jsonValue } from "../output/json-value.ts";
import { shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { isDirValue, isFileValue } from "../output/value-kinds.ts";
import { cutTo, printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** An open gate with what is to be known before deciding it. */
export interface InboxItem {
  readonly gate: GateRecord;
  readonly run: RunRecord;
  readonly votes: readonly DecisionRecord[];
  /** Names of the files and folders to look at. */
  readonly evidence: readonly string[];
}

/** Gates that wait for a person, the nearest deadline first, then the longest waiting. */
export function openItems(inspect: Inspect): readonly InboxItem[] {
  const runs = new Map<string, RunRecord>();
  const runOf = (id: string): RunRecord => {
    let run = runs.get(id);
    if (run === undefined) runs.set(id, (run = inspect.run(id)));
    return run;
  };
  return inspect
    .gates()
    .filter(({ kind }) => kind !== "sleep")
    .toSorted((one, other) => deadlineOf(one) - deadlineOf(other) || one.openedAt - other.openedAt)
    .map((gate) => ({
      gate,
      run: runOf(gate.runId),
      votes: gate.policy.quorum === 1 ? [] : inspect.votes(gate.runId, gate.id),
      evidence: [...gate.evidence, gate.value].filter(isPlace).map(({ name }) => name),
    }));
}

// Infinity less Infinity is no order.
const deadlineOf = ({ deadlineAt }: GateRecord): number => deadlineAt ?? Number.MAX_SAFE_INTEGER;

const isPlace = (value: unknown): value is { readonly name: string } =>
  isFileValue(value) || isDirValue(value);

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

/** The items for people: a line for each, and below it what it asks. */
export function inboxText(items: readonly InboxItem[], world: World): string {
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
  const how = `ligase show RUN shows what a gate asks; ligase approve, reject or answer RUN GATE decides it`;
  return `${[header, ...lines, "", palette.dim(how)].join("\n")}\n`;
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
    ...(evidence.length === 0 ? [] : [`shows ${evidence.map(printableLine).join(", ")}`]),
  ];
  return details.map((detail) => dim(`  ${cutTo(detail, width)}`));
}
