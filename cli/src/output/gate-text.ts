import type { DecisionRecord, GateRecord } from "@ligase/engine";
import { describeType } from "@ligase/sdk/values";
import { decidersText, policyLines } from "./gate-policy-text.ts";
import { momentText, spanText } from "./human-time.ts";
import type { Palette } from "./palette.ts";
import { decisionCommands } from "./run-names.ts";
import { showValue } from "./show-value.ts";
import { isDirValue, isFileValue } from "./value-kinds.ts";
import { printable, printableLine } from "./visible-text.ts";

export interface GateTextOptions {
  readonly palette: Palette;
  readonly width: number;
  readonly cwd: string;
  readonly now: number;
  /** Votes so far; default none. */
  readonly votes?: readonly DecisionRecord[];
}

/** A gate that opened, as lines: what is asked, what there is to look at, who decides, until when. */
export function gateLines(gate: GateRecord, options: GateTextOptions): readonly string[] {
  const { palette, now, votes = [] } = options;
  const title = `${palette.yellow("◆")} ${gateTitle(gate, palette)}`;
  if (gate.kind === "sleep")
    return [`${title} sleeps${gate.deadlineAt === null ? "" : ` until ${momentText(gate.deadlineAt)}`}`];
  const facts = [...typeLine(gate), ...policyLines(gate, { now, votes })].map(palette.dim);
  const [question = "", ...more] = printable(gate.question ?? defaultQuestion(gate)).split("\n");
  return [
    `${title}  ${question}`,
    ...[...more, ...evidenceLines(gate, options), ...facts].map((line) => `  ${line}`),
  ];
}

/** How to decide a gate from another terminal. */
export function howToDecide(
  gate: GateRecord,
  gates: readonly GateRecord[],
  palette: Palette,
): readonly string[] {
  return decisionCommands(gate, gates).map((command) => `  ${palette.dim(command)}`);
}

/** The name, and the path where the workflow may have the gate many times. */
export function gateTitle(gate: Pick<GateRecord, "name" | "path">, { bold, dim }: Palette): string {
  const { name, path } = gate;
  const isPlain = path === name || (path.endsWith(`/${name}`) && path.split("/").length === 2);
  return isPlain ? bold(name) : `${bold(name)} ${dim(printableLine(path))}`;
}

function defaultQuestion({ kind, name }: GateRecord): string {
  return kind === "input" ? `A value for "${name}" is needed.` : `"${name}" waits for a decision.`;
}

/** Files to look at come with the address that a browser opens; a value that may be edited is there beside them. */
function evidenceLines(gate: GateRecord, options: GateTextOptions): readonly string[] {
  const { evidence, value, kind, schema } = gate;
  const isShown = kind !== "input" && (evidence.length === 0 || schema !== null);
  const shown = isShown ? [...evidence, value] : evidence;
  return shown.flatMap((item) => {
    const lines = showValue(item, { ...options, maxItems: 6 });
    const isPage = (isFileValue(item) || isDirValue(item)) && /\.html?$/i.test(item.name);
    return isPage ? [...lines, options.palette.dim(item.uri)] : lines;
  });
}

function typeLine({ schema, kind }: GateRecord): readonly string[] {
  if (schema === null) return [];
  const type = describeType(schema);
  return [kind === "input" ? `a value of the type ${type}` : `whoever approves may edit the value, ${type}`];
}

/** A gate whose time is running out, or that others may decide now. */
export function changedLine(
  kind: "gate-reminded" | "gate-escalated",
  gate: GateRecord,
  options: Pick<GateTextOptions, "palette" | "now">,
): string {
  const { palette, now } = options;
  const left = gate.deadlineAt === null ? "" : `, ${spanText(gate.deadlineAt - now)} left`;
  const what =
    kind === "gate-reminded"
      ? `still waits${left}${forWhom(gate)}`
      : `was not decided in time: now ${decidersText(gate) || "everybody"} may decide${left}`;
  return `${palette.yellow("◆")} ${gateTitle(gate, palette)} ${what}`;
}

const forWhom = (gate: GateRecord): string => (gate.deciders === null ? "" : ` for ${decidersText(gate)}`);

/** How a gate was closed, by whom and why. */
export function closedLine(gate: GateRecord, palette: Palette): string {
  const { status, decision } = gate;
  const { red, green } = palette;
  const isBad = status !== "resolved" || decision?.outcome === "rejected";
  const by = decision?.by == null ? "" : ` by ${printableLine(decision.by)}`;
  const why = decision?.comment == null ? "" : `: ${printableLine(decision.comment)}`;
  return `${isBad ? red("◆") : green("◆")} ${gateTitle(gate, palette)} ${decision?.outcome ?? status}${by}${why}`;
}
