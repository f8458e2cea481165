import { isDeepStrictEqual } from "node:util";
import { decode, type JobError } from "@ligase/sdk/internal";
import type { DecisionRows, GateRow } from "../decisions/decision-rows.ts";
import { numberShown } from "../decisions/gate-state.ts";
import { intended, type PlannedGate } from "../decisions/planned-gate.ts";
import { areAlike } from "../decisions/verdict.ts";
import type { PlannedGraph } from "./random-graph.ts";
import { Ambiguous, worthOf, type Decided, type Worth } from "./reference.ts";

/** A run of a random graph that has ended by itself. */
export interface EndedRun {
  readonly id: string;
  readonly isSucceeded: boolean;
  readonly a: number;
  readonly value: unknown;
  readonly error: JobError | null;
  /** After a failure all is done that can be done: the first error in the text's order is the run's. */
  readonly finishes: boolean;
}

/** A run as its row has it. */
export const endedRun = (
  row: { id: string; status: string; args: string; value: string | null; error: string | null },
  finishes: boolean,
): EndedRun => ({
  id: row.id,
  isSucceeded: row.status === "succeeded",
  a: (decode(row.args) as { a: number }).a,
  value: decode(row.value ?? "null"),
  error: row.error === null ? null : (JSON.parse(row.error) as JobError),
  finishes,
});

/** How a run ended otherwise than the direct evaluation of its graph, with its decisions; null when it did not (R1–R3). */
export function wrongEnd(run: EndedRun, { graph, gates }: PlannedGraph, rows: DecisionRows): string | null {
  const decisions = decisionsOf(run.id, gates, rows);
  const worth = graph.parts.map((part) => worthOf(part, run.a, { subs: graph.subs, decisions }));
  if (worth.some((one) => "ambiguous" in one)) return null;
  return run.isSucceeded ? wrongValue(run, worth) : wrongFailure(run, worth);
}

function wrongValue({ value }: EndedRun, worth: readonly Worth[]): string | null {
  const expected = worth.map((one) => ("value" in one ? one.value : one));
  if (isDeepStrictEqual(value, expected)) return null;
  return `a run is worth ${JSON.stringify(value)} and should be ${JSON.stringify(expected)}`;
}

function wrongFailure({ error, finishes }: EndedRun, worth: readonly Worth[]): string | null {
  const message = error?.message ?? "";
  const first = worth.find((one) => !("value" in one));
  if (first === undefined) return `a run failed of "${message}" and should be ${JSON.stringify(worth)}`;
  if (!finishes || !("error" in first) || isAbout(message, first.error)) return null;
  return `a run failed of "${message}" and should fail of "${first.error}"`;
}

function isAbout(message: string, expected: string): boolean {
  const [, kind, gate = ""] = /^(rejected|expired|failed) "(.*)"$/.exec(expected) ?? [];
  if (kind === "rejected") return message.includes(`rejected "${gate}"`);
  if (kind === "failed") return message.includes(`gives up "${gate}"`);
  if (kind === "expired") return message.includes(`"${gate}" within`);
  return message === expected;
}

/** How the gates of a run were decided, by name and by the number that they show. */
function decisionsOf(
  id: string,
  planned: ReadonlyMap<string, PlannedGate>,
  rows: DecisionRows,
): (name: string, x: number) => Decided | null {
  const number = rows.runs.find((run) => run.id === id)?.number;
  const ofRun = rows.gates.filter((gate) => gate.run === number && gate.decision !== null);
  return (name, x) => {
    const closed = ofRun.filter((gate) => gate.name === name && numberShown(gate) === x);
    const [first] = closed.map(decided);
    const gate = planned.get(name);
    // The cache answered for it: in another run it was decided as intended.
    if (first === undefined) return gate?.gate === "kept" ? intended(gate, x) : null;
    if (!closed.every((one) => areAlike({ by: null, ...decided(one) }, { by: null, ...first })))
      throw new Ambiguous(name);
    return first;
  };
}

const decided = ({ decision }: GateRow): Decided => ({
  outcome: decision?.outcome ?? "",
  value: decision?.value ?? null,
});
