import type { GateRecord } from "./records.ts";
import type { JobError } from "@ligase/sdk/internal";
import type { RunStatus } from "./states.ts";

/** Jobs of one task by state, as in redun's job status. */
export interface TaskCounts {
  readonly task: string;
  readonly pending: number;
  readonly running: number;
  /** Jobs whose expression waits at a gate. */
  readonly waiting: number;
  readonly failed: number;
  readonly cached: number;
  readonly done: number;
  readonly total: number;
}

/** A run as it stands now. */
export interface Progress {
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly tasks: readonly TaskCounts[];
  readonly openGates: readonly GateRecord[];
}

/** What happens in a run, as it happens. */
export type RunEvent =
  | {
      readonly kind: "job-started";
      readonly job: number;
      readonly task: string;
      readonly folder: string | null;
    }
  | {
      readonly kind: "job-ended";
      readonly job: number;
      readonly task: string;
      readonly status: "succeeded" | "failed" | "cached" | "cancelled";
      readonly error: JobError | null;
    }
  | {
      readonly kind: "job-retried";
      readonly job: number;
      readonly task: string;
      readonly attempt: number;
      readonly error: JobError;
    }
  | {
      readonly kind: "job-progress";
      readonly job: number;
      readonly task: string;
      readonly fraction: number;
      readonly message: string | null;
    }
  | { readonly kind: "gate-opened"; readonly gate: GateRecord }
  | { readonly kind: "gate-closed"; readonly gate: GateRecord }
  /** It is still open, and its time is running out; or others are asked now. */
  | { readonly kind: "gate-reminded" | "gate-escalated"; readonly gate: GateRecord }
  /** It is still open, and others are to decide it. */
  | { readonly kind: "gate-handed-over"; readonly gate: GateRecord }
  | { readonly kind: "run-ended"; readonly end: RunEnd }
  /** It is to go on, and cannot here: its code is another by now. */
  | { readonly kind: "run-left"; readonly error: JobError };

/** How a run ended. */
export interface RunEnd {
  readonly status: "succeeded" | "failed" | "cancelled" | "waiting";
  /** The value, when it succeeded. */
  readonly value: unknown;
  readonly error: JobError | null;
}
