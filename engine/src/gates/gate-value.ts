import { formatDuration, type JobError } from "@ligase/sdk/internal";
import { awaitedEvent } from "../model/awaited-event.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";

/** What a closed gate is worth to the expression it stands in: a value, or an error of its own kind. */
export type GateValue = { readonly value: unknown } | { readonly error: JobError };

export function gateValue(gate: GateRecord): GateValue {
  const { decision } = gate;
  if (gate.kind === "sleep") return { value: null };
  if (gate.kind === "review") return { value: reviewed(gate, decision) };
  if (decision === null) return { error: closedError(gate) };
  switch (decision.outcome) {
    case "approved":
      return { value: isEdited(gate, decision) ? decision.value : gate.value };
    case "answered":
      return { value: decision.value };
    case "failed":
      return { error: failureOf(gate, decision) };
    case "rejected":
      return { error: rejection(gate, decision) };
    case "expired":
    case "elapsed":
      return gate.policy.onTimeout === "default" ? { value: defaultOf(gate) } : { error: expiry(gate) };
  }
}

const defaultOf = (gate: GateRecord): unknown => {
  const awaited = awaitedEvent(gate);
  return awaited === null ? gate.value : awaited.default;
};

/** An approval may bring an edited value where the gate allows it. */
const isEdited = (gate: GateRecord, { value }: DecisionRecord): boolean =>
  gate.schema !== null && value !== null;

/** With a form, the decision has what its maker filled in. */
function reviewed({ schema }: GateRecord, decision: DecisionRecord | null): unknown {
  const { outcome = "expired", by = null, at = null, comment = null, value = null } = decision ?? {};
  const told = { outcome, by, at: at === null ? null : new Date(at), comment };
  return schema === null ? told : { ...told, answers: outcome === "approved" ? value : null };
}

function failureOf(gate: GateRecord, { by, worker, comment }: DecisionRecord): JobError {
  return {
    kind: "user",
    name: "ExternalTaskFailed",
    code: "external-task-failed",
    message: comment ?? "The worker gave it up.",
    task: gate.name,
    details: { gate: gate.name, worker: worker ?? null, by },
  };
}

function rejection(gate: GateRecord, decision: DecisionRecord): JobError {
  const by = decision.by ?? "somebody";
  const why = decision.comment === null ? "" : `: ${decision.comment}`;
  return {
    kind: "rejected",
    name: "Rejected",
    code: "gate-rejected",
    message: `${by} rejected "${gate.name}"${why}`,
    details: { gate: gate.name, by: decision.by, comment: decision.comment },
  };
}

function expiry(gate: GateRecord): JobError {
  const after = formatDuration(gate.policy.timeoutMs ?? 0);
  return {
    kind: "expired",
    name: "Expired",
    code: "gate-expired",
    message: `${missing(gate)} "${gate.name}" within ${after}.`,
    details: { gate: gate.name },
  };
}

function missing({ kind }: GateRecord): string {
  if (kind === "external") return "No worker completed";
  return kind === "event" ? "No event came for" : "Nobody decided";
}

function closedError(gate: GateRecord): JobError {
  return {
    kind: "cancelled",
    name: "Cancelled",
    message: `The gate "${gate.name}" was closed without a decision.`,
  };
}
