import type { GateRecord, Inspect } from "@ligase/engine";
import { beforeLine, votesText } from "../output/gate-policy-text.ts";
import { closedLine, gateLines, howToDecide } from "../output/gate-text.ts";
import { ageText } from "../output/human-time.ts";
import { isForPeople, shortHash } from "../output/run-names.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** Jobs that are named as waiting for one gate. */
const MOST_CALLERS = 4;

/** The gates of a run: open ones with what they ask, closed ones with who decided. */
export function gateSection(inspect: Inspect, gates: readonly GateRecord[], world: World): readonly string[] {
  return gates.flatMap((gate) =>
    gate.status === "open" ? openLines(inspect, gate, { gates, world }) : closedLines(inspect, gate, world),
  );
}

function openLines(
  inspect: Inspect,
  gate: GateRecord,
  { gates, world }: { readonly gates: readonly GateRecord[]; readonly world: World },
): readonly string[] {
  const { palette } = world.out;
  const votes = gate.policy.quorum === 1 ? [] : inspect.votes(gate.runId, gate.id);
  const options = { palette, width: world.out.size().width - 2, cwd: world.cwd, now: world.now(), votes };
  const facts = [
    `asked ${ageText(world.now() - gate.openedAt)}`,
    ...callersText(inspect, gate),
    ...(!isForPeople(gate) ? [] : [`content ${shortHash(gate.contentHash)}`]),
  ];
  return [
    ...gateLines(gate, options),
    `  ${palette.dim(facts.join(", "))}`,
    ...beforeLine(inspect, gate).map((line) => `  ${palette.dim(line)}`),
    ...howToDecide(gate, gates, palette),
  ];
}

/** Of several who agreed each is named; of one who decided the line above tells all. */
function closedLines(inspect: Inspect, gate: GateRecord, { out: { palette } }: World): readonly string[] {
  const line = closedLine(gate, palette);
  if (gate.policy.quorum === 1) return [line];
  const votes = inspect.votes(gate.runId, gate.id);
  const told = votes.map(({ by, outcome, comment }) => {
    const why = comment === null ? "" : `: ${printableLine(comment)}`;
    return `  ${palette.dim(`${printableLine(by ?? "")} ${outcome}${why}`)}`;
  });
  return [`${line} ${palette.dim(`(${votesText(gate, votes)} votes)`)}`, ...told];
}

/** Calls that wait for the gate, where it is not the run itself. */
function callersText(inspect: Inspect, { runId, callers }: GateRecord): readonly string[] {
  const jobs = callers.filter((number) => number !== 0);
  if (jobs.length === 0) return [];
  const named = jobs
    .slice(0, MOST_CALLERS)
    .map((number) => `${printableLine(inspect.job(runId, number).task)} #${number}`);
  const more = jobs.length > MOST_CALLERS ? [`${jobs.length - MOST_CALLERS} more`] : [];
  return [`for ${[...named, ...more].join(", ")}`];
}
