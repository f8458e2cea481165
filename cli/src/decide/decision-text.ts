import type { DecisionRecord, Engine, GateRecord } from "@ligase/engine";
import { decidersText, votesText } from "../output/gate-policy-text.ts";
import { shortId } from "../output/run-names.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { NamedGate } from "./find-gate.ts";

/** A run that waits is advanced by a process; without a sign of life for so long there is none. */
const ADVANCED_MS = 30_000;

/** What came of a decision. */
export interface Decided {
  readonly outcome: "approved" | "rejected" | "answered";
  readonly result: ReturnType<Engine["decide"]>;
  readonly votes: readonly DecisionRecord[];
}

/** Says what came of a decision, to a person or a machine. */
export function tellDecided(
  named: NamedGate,
  decided: Decided,
  { json, world }: { readonly json: boolean; readonly world: World },
): void {
  const text = json
    ? `${JSON.stringify(decidedDocument(named, decided))}\n`
    : decidedText(named, decided, world);
  world.out.write(text);
}

/** What came of a decision, for machines. */
function decidedDocument({ run, address }: NamedGate, { outcome, result, votes }: Decided): object {
  const kept = result === "kept";
  const gate = kept ? {} : { path: result.path, status: result.status, quorum: result.policy.quorum };
  return { kind: "decided", run: run.id, gate: address, outcome, kept, ...gate, votes: votes.length };
}

/** What came of a decision, and what comes next, for people. */
function decidedText(named: NamedGate, decided: Decided, world: World): string {
  const { green, dim } = world.out.palette;
  const { run, address } = named;
  const { outcome, result, votes } = decided;
  const name = printableLine(result === "kept" ? address : result.path);
  const isAdvanced = world.now() - (run.heartbeatAt ?? 0) < ADVANCED_MS;
  const next = isAdvanced ? [] : [dim(`  No process advances the run now: ligase resume ${shortId(run.id)}`)];
  return `${[`${green("✓")} ${name} ${outcome}${standing(result, votes)}`, ...next].join("\n")}\n`;
}

/** Where the gate stands after the decision. */
export function standing(result: Decided["result"], votes: readonly DecisionRecord[]): string {
  if (result === "kept") return "; kept until the gate opens";
  if (result.policy.quorum === 1) return "";
  const count = `: ${votesText(result, votes)} votes`;
  return result.status === "open" ? `${count}; it waits for ${others(result)}` : count;
}

const others = (gate: GateRecord): string => decidersText(gate) || "somebody else";
