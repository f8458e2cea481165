import type { DecisionRecord, GateRecord } from "@ligase/engine";
import { describeType, type TypeIr } from "@ligase/sdk/values";
import { decidersText, handOverLine, policyLines } from "./gate-policy-text.ts";
import { momentText, spanText } from "./human-time.ts";
import type { Palette } from "./palette.ts";
import { decisionCommands } from "./run-names.ts";
import { fileFacts, placeText } from "./show-scalar.ts";
import { showValue } from "./show-value.ts";
import { isDirValue, isFileValue, type FileLike } from "./value-kinds.ts";
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

/** How to decide a gate from another terminal; `at` is what `atServer` gives. */
export function howToDecide(
  gate: GateRecord,
  gates: readonly GateRecord[],
  { palette, at = "" }: { readonly palette: Palette; readonly at?: string },
): readonly string[] {
  return decisionCommands(gate, gates, at).map((command) => `  ${palette.dim(command)}`);
}

/** The name, and the path where the workflow may have the gate many times. */
export function gateTitle(gate: Pick<GateRecord, "name" | "path">, { bold, dim }: Palette): string {
  const { name, path } = gate;
  const isPlain = path === name || (path.endsWith(`/${name}`) && path.split("/").length === 2);
  return isPlain ? bold(name) : `${bold(name)} ${dim(printableLine(path))}`;
}

function defaultQuestion({ kind, name, value }: GateRecord): string {
  if (kind === "event") return `waits for ${(value as { readonly key: string }).key}`;
  if (kind === "external") return "waits for a worker";
  return kind === "input" ? `A value for "${name}" is needed.` : `"${name}" waits for a decision.`;
}

/** What there is to look at; a value that may be edited, or that a form is filled in about, is there beside it. */
function evidenceLines(gate: GateRecord, options: GateTextOptions): readonly string[] {
  const { evidence, value, kind, schema } = gate;
  const shown = evidence.flatMap((item) => itemLines(item, undefined, options));
  const hasValue = kind !== "input" && kind !== "event" && (evidence.length === 0 || schema !== null);
  const type = kind === "approve" ? (schema ?? undefined) : undefined;
  return hasValue ? [...shown, ...itemLines(value, type, options)] : shown;
}

function itemLines(item: unknown, type: TypeIr | undefined, options: GateTextOptions): readonly string[] {
  return isFileValue(item) || isDirValue(item)
    ? fileLines(item, options)
    : showValue(item, { ...options, type, maxItems: 6 });
}

/** A file by its name, for it was copied under its content; below it is where it lies, of a page as a browser opens it. */
function fileLines(file: FileLike, { palette, cwd }: GateTextOptions): readonly string[] {
  const place = /\.html?$/i.test(file.name) ? file.uri : placeText(file.uri, cwd);
  const name = printableLine(file.name) + (isDirValue(file) ? "/" : "");
  return [`${name}  ${palette.dim(fileFacts(file))}`, palette.dim(printableLine(place))];
}

function typeLine({ schema, kind }: GateRecord): readonly string[] {
  if (schema === null) return [];
  const type = describeType(schema);
  switch (kind) {
    case "approve":
      return [`whoever approves may edit the value, ${type}`];
    case "review":
      return [`whoever approves fills in ${type}`];
    default:
      return [`a value of the type ${type}`];
  }
}

/** What becomes of a gate while it is open. */
export type ChangeOfGate = "gate-reminded" | "gate-escalated" | "gate-handed-over";

/** A gate whose time is running out, or that others may decide now. */
export function changedLine(
  kind: ChangeOfGate,
  gate: GateRecord,
  { palette, now }: Pick<GateTextOptions, "palette" | "now">,
): string {
  const left = gate.deadlineAt === null ? "" : `, ${spanText(gate.deadlineAt - now)} left`;
  return `${palette.yellow("◆")} ${gateTitle(gate, palette)} ${changeText(kind, gate, left)}`;
}

function changeText(kind: ChangeOfGate, gate: GateRecord, left: string): string {
  const who = decidersText(gate) || "everybody";
  switch (kind) {
    case "gate-reminded":
      return `still waits${left}${forWhom(gate)}`;
    case "gate-escalated":
      return `was not decided in time: now ${who} may decide${left}`;
    case "gate-handed-over":
      return `was ${handOverLine(gate).join("")}; now ${who} may decide${left}`;
  }
}

/** Whether an event tells of such a change. */
export const isChange = <E extends { readonly kind: string }>(
  event: E,
): event is Extract<E, { readonly kind: ChangeOfGate }> =>
  event.kind === "gate-reminded" || event.kind === "gate-escalated" || event.kind === "gate-handed-over";

const forWhom = (gate: GateRecord): string => (gate.deciders === null ? "" : ` for ${decidersText(gate)}`);

/** How a gate was closed, by whom and why. */
export function closedLine(gate: GateRecord, palette: Palette): string {
  const { status, decision } = gate;
  const { red, green } = palette;
  const isBad = status !== "resolved" || decision?.outcome === "rejected" || decision?.outcome === "failed";
  const worker = decision?.worker === undefined ? "" : ` (${printableLine(decision.worker)})`;
  const by = decision?.by == null ? "" : ` by ${printableLine(decision.by)}${worker}`;
  const why = decision?.comment == null ? "" : `: ${printableLine(decision.comment)}`;
  return `${isBad ? red("◆") : green("◆")} ${gateTitle(gate, palette)} ${decision?.outcome ?? status}${by}${why}`;
}
