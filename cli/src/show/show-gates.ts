import type { GateRecord } from "@ligase/engine";
import type { RunDesk } from "../desk/run-desk.ts";
import { beforeLine, votesText } from "../output/gate-policy-text.ts";
import { closedLine, gateLines, howToDecide } from "../output/gate-text.ts";
import { ageText } from "../output/human-time.ts";
import { isForPeople, shortHash } from "../output/run-names.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** Jobs that are named as waiting for one gate. */
const MOST_CALLERS = 4;

export interface ShownGates {
  readonly desk: RunDesk;
  readonly gates: readonly GateRecord[];
  /** What commands end with that decide them: what `atServer` gives. */
  readonly at: string;
}

/** The gates of a run: open ones with what they ask, closed ones with who decided. */
export async function gateSection(shown: ShownGates, world: World): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const gate of shown.gates)
    lines.push(
      ...(gate.status === "open"
        ? await openLines(gate, shown, world)
        : await closedLines(gate, shown.desk, world)),
    );
  return lines;
}

async function openLines(
  gate: GateRecord,
  { desk, gates, at }: ShownGates,
  world: World,
): Promise<readonly string[]> {
  const { palette } = world.out;
  const votes = gate.policy.quorum === 1 ? [] : await desk.votes(gate);
  const options = { palette, width: world.out.size().width - 2, cwd: world.cwd, now: world.now(), votes };
  const facts = [
    `asked ${ageText(world.now() - gate.openedAt)}`,
    ...(await callersText(gate, desk)),
    ...(!isForPeople(gate) ? [] : [`content ${shortHash(gate.contentHash)}`]),
  ];
  const before = gate.kind === "sleep" ? null : await desk.decidedBefore(gate);
  return [
    ...gateLines(gate, options),
    `  ${palette.dim(facts.join(", "))}`,
    ...beforeLine(gate, before).map((line) => `  ${palette.dim(line)}`),
    ...howToDecide(gate, gates, { palette, at }),
  ];
}

/** Of several who agreed each is named; of one who decided the line above tells all. */
async function closedLines(
  gate: GateRecord,
  desk: RunDesk,
  { out: { palette } }: World,
): Promise<readonly string[]> {
  const line = closedLine(gate, palette);
  if (gate.policy.quorum === 1) return [line];
  const votes = await desk.votes(gate);
  const told = votes.map(({ by, outcome, comment }) => {
    const why = comment === null ? "" : `: ${printableLine(comment)}`;
    return `  ${palette.dim(`${printableLine(by ?? "")} ${outcome}${why}`)}`;
  });
  return [`${line} ${palette.dim(`(${votesText(gate, votes)} votes)`)}`, ...told];
}

/** Calls that wait for the gate, where it is not the run itself. */
async function callersText({ runId, callers }: GateRecord, desk: RunDesk): Promise<readonly string[]> {
  const jobs = callers.filter((number) => number !== 0);
  if (jobs.length === 0) return [];
  const named: string[] = [];
  for (const number of jobs.slice(0, MOST_CALLERS))
    named.push(`${printableLine((await desk.job(runId, number)).task)} #${number}`);
  const more = jobs.length > MOST_CALLERS ? [`${jobs.length - MOST_CALLERS} more`] : [];
  return [`for ${[...named, ...more].join(", ")}`];
}
