import type {
  Deciders,
  FailureKind,
  GateKind,
  GatePolicy,
  JobError,
  Role,
  TypeIr,
  Usage,
} from "@ligase/sdk/internal";
import type { MessageName } from "./event.ts";
import type { AttemptStatus, GateStatus, JobStatus, RunStatus } from "./states.ts";

/* What the store keeps, as data. Times are milliseconds since 1970, UTC. Ids that leave the store are UUIDv7. */

export interface RunRecord {
  readonly id: string;
  /** Name of the workflow or task that was launched. */
  readonly name: string;
  readonly status: RunStatus;
  /** The user's file that defines it (absolute). */
  readonly file: string;
  /** Arguments, bound to the schema. */
  readonly args: unknown;
  /** Hash of the code and templates the run uses (C22). */
  readonly bundle: string;
  readonly user: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Last sign of life of the process that advances the run. */
  readonly heartbeatAt: number | null;
  readonly error: JobError | null;
  readonly parent: string | null;
}

export interface JobRecord {
  readonly runId: string;
  /** Number in its run, from 1; with the run's id it names the job. */
  readonly number: number;
  readonly parent: number | null;
  readonly task: string;
  readonly status: JobStatus;
  /** Why it ran or did not (R: every hit and miss has a reason). */
  readonly reason: Reason;
  readonly executor: string | null;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly error: JobError | null;
  /** The call node that answers it. */
  readonly callNode: number | null;
}

/** Why a job ran or was answered. */
export interface Reason {
  readonly kind:
    | "cached"
    | "new"
    | "uncached"
    | "code-changed"
    | "file-changed"
    | "below-changed"
    | "volatile-below"
    | "unfinished"
    | "walked"
    | "type-changed";
  /** The task, file or argument it speaks of. */
  readonly detail?: string;
}

export interface AttemptRecord {
  readonly runId: string;
  readonly job: number;
  /** From 1. */
  readonly number: number;
  readonly status: AttemptStatus;
  readonly executor: string;
  readonly remoteId: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Folder of the attempt: work files when it failed, logs in `.ligase/`. */
  readonly folder: string;
  readonly failureKind: FailureKind | null;
  readonly usage: Usage | null;
}

/** What a look-up gives: enough to answer a call or to refuse it. */
export interface CallAnswer {
  readonly id: number;
  /** Hash of the template that was its first result, or null when that was a value. */
  readonly first: string | null;
  /** Value in stored form, by hash when it is large; null while it is not known. */
  readonly value: string | null;
  readonly taskSet: number;
  readonly fileSet: number | null;
  readonly volatile: boolean;
}

export interface CallNodeRecord extends CallAnswer {
  readonly key: string;
  readonly task: string;
  readonly taskHash: string;
  /** Arguments in stored form, by hash when they are large. */
  readonly args: string;
  /** The run that recorded it, and its job there. */
  readonly runId: string;
  readonly job: number;
  /** Where its arguments and its value came from: a list of `edgeText`, by hash when it is large. */
  readonly edges: string | null;
  readonly valueEdges: string | null;
  readonly createdAt: number;
}

export interface GateRecord {
  readonly id: string;
  readonly runId: string;
  /** The job whose expression the gate stands in, or null for the run's workflow. */
  readonly job: number | null;
  readonly kind: GateKind;
  readonly name: string;
  /** Path in its owner: `map[S1]/qc`. */
  readonly path: string;
  readonly status: GateStatus;
  readonly question: string | null;
  readonly value: unknown;
  readonly evidence: readonly unknown[];
  readonly schema: TypeIr | null;
  readonly policy: GatePolicy;
  /** What a decision is bound to (C23). */
  readonly contentHash: string;
  readonly openedAt: number;
  /** When it expires or escalates, or null. */
  readonly deadlineAt: number | null;
  readonly decision: DecisionRecord | null;
  /** Who may decide now: by policy, by escalation, or by handing over; null for everybody who may decide at all. */
  readonly deciders: PresentDeciders | null;
  /** Others were asked because nobody decided in time. */
  readonly isEscalated: boolean;
  /** Reminders that were given for the present deadline. */
  readonly reminded: number;
  /** Jobs whose call waits for it, 0 for the run itself: equal calls share a gate (C21). */
  readonly callers: readonly number[];
}

/** Who may decide a gate now, and how it came to them. */
export interface PresentDeciders extends Deciders {
  /** Each time that it was handed over, in order. Who did so decides no more, unless named again. */
  readonly handedOver?: readonly HandOverRecord[];
}

/** Somebody gave a gate to others to decide. */
export interface HandOverRecord {
  readonly by: string;
  readonly at: number;
  readonly to: Deciders;
  readonly comment: string | null;
}

export interface DecisionRecord {
  readonly outcome: "approved" | "rejected" | "answered" | "failed" | "expired" | "elapsed";
  readonly by: string | null;
  /** The program that the person had answer, as it calls itself. */
  readonly worker?: string;
  /** Roles of the person at the time, where the store knows people; the person at this machine may do everything. */
  readonly roles?: readonly Role[];
  /** Hash of what the person saw (C23). */
  readonly contentHash?: string;
  /** The event that brought it, where one did. */
  readonly event?: MessageName;
  readonly at: number;
  readonly comment: string | null;
  readonly value: unknown;
}

export interface DeckRecord {
  readonly runId: string;
  readonly job: number;
  readonly name: string;
  readonly mediaType: string;
  /** URI of the bytes in the file store. */
  readonly uri: string;
}
