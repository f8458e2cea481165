import { isDeepStrictEqual } from "node:util";
import type { GateRow } from "./decision-rows.ts";
import type { LeaseRow, WorkRow } from "./work-rows.ts";

/** What a worker says of a task. */
export type WorkReport =
  | { readonly kind: "heartbeat" | "release" }
  | { readonly kind: "complete"; readonly value: unknown }
  | { readonly kind: "fail"; readonly message: string; readonly retry: boolean };

/** A task as it is when a worker says something of it, and the lease whose token the worker shows. */
export interface HeldWork {
  readonly task: WorkRow | null;
  /** Null for a token that was not given for this task. */
  readonly lease: LeaseRow | null;
  readonly gate: GateRow | null;
}

/** What becomes of a report: it counts; it changes nothing; or the code by which it is refused. */
export type WorkVerdict = "counts" | "same" | WorkRefusal;
export type WorkRefusal =
  | "external-task-not-found"
  | "external-task-over"
  | "gate-already-resolved"
  | "lease-not-held"
  | "signal-not-valid";

/** What must become of a report, told by the rows before it: who holds the lease is heard, and nobody else. */
export function verdictOnReport({ task, lease, gate }: HeldWork, report: WorkReport): WorkVerdict {
  if (task === null) return "external-task-not-found";
  if (lease === null) return "lease-not-held";
  if (report.kind === "complete") return verdictOnResult(lease, gate, report.value);
  if (lease.ending === null) return "counts";
  const isLast = lease.number === task.leases;
  if (isLast && report.kind === SAID[lease.ending]) return "same";
  return task.state === "done" && lease.ending !== "lost" ? "external-task-over" : "lease-not-held";
}

/** What a worker said whose lease ended so. */
const SAID: Readonly<Record<string, WorkReport["kind"]>> = { failed: "fail", released: "release" };

function verdictOnResult({ ending }: LeaseRow, gate: GateRow | null, value: unknown): WorkVerdict {
  if (ending === "revoked") return "gate-already-resolved";
  if (ending !== null && ending !== "completed") return "lease-not-held";
  if (typeof value !== "number") return "signal-not-valid";
  if (ending === null) return "counts";
  return isDeepStrictEqual(gate?.decision?.value, value) ? "same" : "gate-already-resolved";
}
