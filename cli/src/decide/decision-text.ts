import type { DecisionRecord, GateRecord } from "@ligase/engine";
import { decidersText, votesText } from "../output/gate-policy-text.ts";
import { shortId } from "../output/run-names.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { Decided, NamedGate } from "./named-gate.ts";

/** Says what came of decisions on gates of a run, to a person or a machine: a line each. */
export function tellDecided(
  all: readonly Decided[],
  { json, world }: { readonly json: boolean; readonly world: World },
): void {
  const [first] = all;
  const lines = all.map((decided) =>
    json ? JSON.stringify(decidedDocument(decided)) : decidedLine(decided, world),
  );
  const next = first === undefined || json ? [] : resumeLine(first.named, world);
  world.out.write([...lines, ...next].map((line) => `${line}\n`).join(""));
}

/** What came of a decision, for machines. */
function decidedDocument({ named: { run, address }, outcome, result, votes }: Decided): object {
  const kept = result === "kept";
  const gate = kept ? {} : { path: result.path, status: result.status, quorum: result.policy.quorum };
  return { kind: "decided", run: run.id, gate: address, outcome, kept, ...gate, votes: votes.length };
}

/** What came of a decision, for people. */
function decidedLine({ named, outcome, result, votes }: Decided, world: World): string {
  const name = printableLine(result === "kept" ? named.address : result.path);
  return `${world.out.palette.green("✓")} ${name} ${outcome}${standing(result, votes)}`;
}

/** What comes next, where the run does not go on by itself. */
function resumeLine({ run }: NamedGate, world: World): readonly string[] {
  const { dim } = world.out.palette;
  return run.goesOn ? [] : [dim(`  No process advances the run now: ligase resume ${shortId(run.id)}`)];
}

/** Where the gate stands after the decision. */
export function standing(result: Decided["result"], votes: readonly DecisionRecord[]): string {
  if (result === "kept") return "; kept until the gate opens";
  if (result.policy.quorum === 1) return "";
  const count = `: ${votesText(result, votes)} votes`;
  return result.status === "open" ? `${count}; it waits for ${others(result)}` : count;
}

const others = (gate: GateRecord): string => decidersText(gate) || "somebody else";
