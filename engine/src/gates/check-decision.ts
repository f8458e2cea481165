import { LigaseError } from "@ligase/sdk";
import { compileParse, formatIssues, unreachable, type GateKind, type TypeIr } from "@ligase/sdk/internal";
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
  // Of votes for one thing none may bring another: they would not be alike, and no quorum be reached.
  if (gate.schema === null && ASKS_NOTHING.has(gate.kind) && decision.value !== null)
    throw new LigaseError("signal-not-valid", { gate: gate.path, issues: "it takes no value" });
  if (gate.schema === null) return decision;
  if (decision.outcome === "rejected") return decision;
  // An approval without a value of its own passes on the value as it was shown.
  if (gate.kind === "approve" && decision.value === null) return decision;
  return { ...decision, value: checkedValue(gate.path, gate.schema, decision.value) };
}

/** A value from outside as the type of a gate reads it. Throws `signal-not-valid`. */
export function checkedValue(gate: string, schema: TypeIr, value: unknown): unknown {
  const parsed = compileParse(schema, { form: "json", baseDir: process.cwd() })(value);
  if (parsed.ok) return parsed.value;
  const { issues } = parsed;
  throw new LigaseError("signal-not-valid", { gate, issues: formatIssues(issues), fields: issues });
}

/** Kinds that take a value only where they have a form for it. */
const ASKS_NOTHING: ReadonlySet<GateKind> = new Set(["approve", "review"]);

function outcomeMisfit(kind: GateKind, outcome: DecisionRecord["outcome"]): string | null {
  switch (kind) {
    case "approve":
    case "review":
      return outcome === "approved" || outcome === "rejected"
        ? null
        : "it asks for an approval or a rejection";
    case "input":
      return outcome === "answered" ? null : "it asks for a value: use `ligase signal`";
    case "event":
      return outcome === "answered" ? null : "it waits for an event: `ligase event` publishes one";
    case "sleep":
      return "it waits for time alone";
    case "external":
      return "only a worker that holds its lease completes it; `ligase work` shows who does";
    default:
      return unreachable(kind);
  }
}
