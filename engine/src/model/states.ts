/** States of everything that has one, and the legal moves: one table, for the store, the scheduler and the tests. */

export type RunStatus =
  "queued" | "running" | "waiting" | "cancelling" | "succeeded" | "failed" | "cancelled";
export type JobStatus = RunStatus | "cached";
export type AttemptStatus = "submitted" | "running" | "succeeded" | "failed" | "lost" | "cancelled";
export type GateStatus = "open" | "resolved" | "expired" | "cancelled";
/** Of what was sent to a gate: it counts, it did until its voter voted otherwise, it waits for its gate, it never counts. */
export type SignalState = "used" | "replaced" | "early" | "refused";

export const runMoves: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  queued: ["running", "cancelling", "cancelled"],
  running: ["waiting", "cancelling", "succeeded", "failed", "cancelled"],
  waiting: ["running", "cancelling", "succeeded", "failed", "cancelled"],
  cancelling: ["cancelled", "succeeded", "failed"],
  // An ended run is left only by `resume`.
  succeeded: [],
  failed: ["running"],
  cancelled: ["running"],
};

/** Whether a run in this status will not go on by itself. */
export const hasEnded = (status: RunStatus): boolean =>
  status === "succeeded" || status === "failed" || status === "cancelled";
