import { LigaseError } from "@ligase/sdk";
import { compileParse, formatIssues, unreachable, type GateKind } from "@ligase/sdk/internal";
import type { DecisionRecord, GateRecord } from "../model/records.ts";

/** What a decision must fit: an open gate, or one of the compiled graph that will open. */
export type AskingGate = Pick<GateRecord, "kind" | "path" | "policy" | "schema">;

/**
 * The decision with its value read by the gate's form, checked before anything is written: the run is not disturbed by
 * a bad one. Throws `signal-not-valid`, `gate-needs-comment`.
 */
export function checkedDecision(gate: AskingGate, decision: DecisionRecord): DecisionRecord {
  const misfit = outcomeMisfit(gate.kind, decision.outcome);
  if (misfit !== null) throw new LigaseError("signal-not-valid", { gate: gate.path, issues: misfit });
  if (gate.policy.requireComment && (decision.comment ?? "").trim() === "") {
    throw new LigaseError("gate-needs-comment", { gate: gate.path });
  }
  if (gate.schema === null) return decision;
  // An approval without a value of its own passes on the value as it was shown.
  if (gate.kind !== "input" && (decision.outcome === "rejected" || decision.value === null)) return decision;
  const parsed = compileParse(gate.schema, { form: "json", baseDir: process.cwd() })(decision.value);
  if (!parsed.ok)
    throw new LigaseError("signal-not-valid", { gate: gate.path, issues: formatIssues(parsed.issues) });
  return { ...decision, value: parsed.value };
}

function outcomeMisfit(kind: GateKind, outcome: DecisionRecord["outcome"]): string | null {
  switch (kind) {
    case "approve":
    case "review":
      return outcome === "approved" || outcome === "rejected"
        ? null
        : "it asks for an approval or a rejection";
    case "input":
      return outcome === "answered" ? null : "it asks for a value: use `ligase signal`";
    case "sleep":
      return "it waits for time alone";
    default:
      return unreachable(kind);
  }
}
