import type { GateRecord } from "@ligase/engine";
import { describeType } from "@ligase/sdk/values";
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
}

/** A gate that opened, as lines: what is asked, what there is to look at, until when. */
export function gateLines(gate: GateRecord, options: GateTextOptions): readonly string[] {
  const { palette } = options;
  const title = `${palette.yellow("◆")} ${gateTitle(gate, palette)}`;
  if (gate.kind === "sleep")
    return [`${title} sleeps${gate.deadlineAt === null ? "" : ` until ${momentText(gate.deadlineAt)}`}`];
  const type = gate.schema === null ? [] : [palette.dim(`a value of the type ${describeType(gate.schema)}`)];
  const [question = "", ...more] = printable(gate.question ?? defaultQuestion(gate)).split("\n");
  return [
    `${title}  ${question}`,
    ...[...more, ...evidenceLines(gate, options), ...type, ...deadlineLine(gate, options)].map(
      (line) => `  ${line}`,
    ),
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
function gateTitle({ name, path }: GateRecord, { bold, dim }: Palette): string {
  const isPlain = path === name || (path.endsWith(`/${name}`) && path.split("/").length === 2);
  return isPlain ? bold(name) : `${bold(name)} ${dim(printableLine(path))}`;
}

function defaultQuestion({ kind, name }: GateRecord): string {
  return kind === "input" ? `A value for "${name}" is needed.` : `"${name}" waits for a decision.`;
}

/** Files to look at come with the address that a browser opens. */
function evidenceLines({ evidence, value, kind }: GateRecord, options: GateTextOptions): readonly string[] {
  const shown = evidence.length > 0 || kind === "input" ? evidence : [value];
  return shown.flatMap((item) => {
    const lines = showValue(item, { ...options, maxItems: 6 });
    const isPage = (isFileValue(item) || isDirValue(item)) && /\.html?$/i.test(item.name);
    return isPage ? [...lines, options.palette.dim(item.uri)] : lines;
  });
}

function deadlineLine(
  { deadlineAt, policy }: GateRecord,
  { now, palette }: GateTextOptions,
): readonly string[] {
  if (deadlineAt === null) return [];
  const outcome = policy.onTimeout === "default" ? "then the default is taken" : "then it fails";
  return [palette.dim(`until ${momentText(deadlineAt)} (in ${spanText(deadlineAt - now)}), ${outcome}`)];
}

/** How a gate was closed, by whom and why. */
export function closedLine(gate: GateRecord, palette: Palette): string {
  const { status, decision } = gate;
  const { red, green } = palette;
  const isBad = status !== "resolved" || decision?.outcome === "rejected";
  const by = decision?.by == null ? "" : ` by ${printableLine(decision.by)}`;
  const why = decision?.comment == null ? "" : `: ${printableLine(decision.comment)}`;
  return `${isBad ? red("◆") : green("◆")} ${gateTitle(gate, palette)} ${decision?.outcome ?? status}${by}${why}`;
}
