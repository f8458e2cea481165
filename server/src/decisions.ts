import type { Decision, Engine, GateRecord, Person } from "@ligase/engine";
import { isLigaseError, LigaseError } from "@ligase/sdk/values";
import type { Given } from "./contract/gates.ts";
import { givenFields } from "./given-fields.ts";
import type { Service } from "./service.ts";

/** A decision as it was sent. */
export interface Sent extends Given {
  readonly run: string;
  /** Id, path or name. */
  readonly gate: string;
}

type Decided = GateRecord | "kept";

/**
 * Records what a person decided, as that person, whatever they sent: of several decisions all count or none. What comes
 * before its gate is kept (C24). Throws `content-not-named`, and what the engine refuses.
 */
export async function decideAs(
  { engine, tell, streams }: Pick<Service, "engine" | "tell" | "streams">,
  all: readonly Sent[],
  person: Person,
): Promise<readonly Decided[]> {
  const decisions = await engine.withFilesKept(all.map((sent) => decisionOf(engine, sent, person)));
  const results = engine.decide(decisions);
  for (const [index, result] of results.entries()) {
    const { run = "", gate = "", outcome = "" } = decisions[index] ?? {};
    const kept = result === "kept";
    tell({ kind: "decided", run, gate: kept ? gate : result.path, outcome, kept, by: person.name });
    streams.touched(run);
  }
  return results;
}

function decisionOf(
  { inspect }: Engine,
  { run, gate, outcome, value, comment, seen }: Sent,
  { name, roles }: Person,
): Decision {
  const { id } = inspect.run(run);
  const found = gateNow(inspect, id, gate);
  // C23: what shows evidence is not decided unseen.
  if (found?.status === "open" && found.evidence.length > 0 && seen === undefined)
    throw new LigaseError("content-not-named", { gate: found.path });
  return {
    run: id,
    gate: found?.id ?? gate,
    outcome,
    by: name,
    ...givenFields({ roles, value, comment, contentHash: seen }),
  };
}

/** The gate that is there now; null while it is to come. */
function gateNow(inspect: Engine["inspect"], run: string, gate: string): GateRecord | null {
  try {
    return inspect.gate(run, gate);
  } catch (error) {
    if (isLigaseError(error, "gate-not-found")) return null;
    throw error;
  }
}
