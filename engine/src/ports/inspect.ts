import type { AuditEntry } from "../model/audit.ts";
import type {
  AttemptRecord,
  DeckRecord,
  DecisionRecord,
  GateRecord,
  JobRecord,
  RunRecord,
} from "../model/records.ts";
import type { JobStatus, RunStatus, SignalState } from "../model/states.ts";
import type { ChangedGates } from "./gate-store.ts";

/* Questions about what was recorded. */

export interface RunFilter {
  readonly status?: RunStatus;
  readonly name?: string;
  readonly user?: string;
  /** Runs that have all of these tags. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Launched at this time or later, and earlier than that: milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  /** Only runs older than this one: the id of the last of the page before. */
  readonly before?: string;
  /** Newest first; default 50. */
  readonly limit?: number;
}

export interface JobFilter {
  readonly status?: JobStatus;
  readonly task?: string;
  /** Only jobs with greater numbers: the last of the page before. */
  readonly after?: number;
  /** At most so many; default all. */
  readonly limit?: number;
}

/** A log file of an attempt. */
export interface LogFile {
  /** `stdout`, `stderr`, or of a tool that a function ran `run-1.stdout`. */
  readonly name: string;
  readonly path: string;
}

export interface JobCount {
  readonly task: string;
  readonly status: JobStatus;
  readonly count: number;
}

/** `up`: what it was made of. `down`: what was made of it. */
export type LineageDirection = "up" | "down";

/** A part of the call graph around one call. */
export interface Lineage {
  /** The call that was asked for, then the others as they were reached. */
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** False when there is more than the limit. */
  readonly isWhole: boolean;
}

export type LineageNode =
  | {
      readonly kind: "call";
      readonly id: string;
      readonly task: string;
      /** The run that computed it, and its job there. */
      readonly run: string;
      readonly job: number;
    }
  | {
      readonly kind: "gate";
      readonly id: string;
      readonly name: string;
      readonly run: string;
      readonly decision: DecisionRecord | null;
    }
  /** What a person launched a run with. */
  | { readonly kind: "input"; readonly id: string; readonly run: string; readonly user: string };

/** Data that went from one node into another. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** Into the arguments of `to`, or into the value that calls below it made. */
  readonly into: "arguments" | "value";
  /** Path there, and in what `from` gave: `.reads[0].bam`; empty for the whole. */
  readonly path: string;
  readonly sourcePath: string;
}

export interface SearchPage {
  /** Default 50. */
  readonly limit?: number;
  /** The `call` of the last one found before. */
  readonly before?: number;
}

export interface FoundJob {
  readonly call: number;
  readonly task: string;
  readonly run: string;
  readonly job: number;
  /** It made the file, and was not given it. */
  readonly isMaker: boolean;
}

/** A decision as it was sent to a gate, whether it counts or not. */
export interface Signal {
  /** Null for an early one that no gate has used. */
  readonly gate: string | null;
  /** Path or name that it was sent to. */
  readonly address: string;
  readonly state: SignalState;
  readonly decision: DecisionRecord;
}

/** Questions to the store. Run ids may be given by a unique beginning. Throws `run-not-found`. */
export interface Inspect {
  runs(filter?: RunFilter): readonly RunRecord[];
  run(id: string): RunRecord;
  /** The value of a run that succeeded. */
  value(run: string): unknown;
  /** Jobs of a run in the order they were made, all of them or a page. */
  jobs(run: string, filter?: JobFilter): readonly JobRecord[];
  /** The same one after another, read in pages: a run may have more than fit into memory. */
  eachJob(run: string, filter?: JobFilter): Iterable<JobRecord>;
  /** How many jobs of each task a run has in each status. */
  jobCounts(run: string): readonly JobCount[];
  job(run: string, number: number): JobRecord;
  /** Arguments and value of a job, when known. */
  jobData(run: string, number: number): { readonly args: unknown; readonly value: unknown };
  attempts(run: string, job: number): readonly AttemptRecord[];
  /** The log files of an attempt that exist now. */
  logFiles(attempt: Pick<AttemptRecord, "folder">): readonly LogFile[];
  decks(run: string): readonly DeckRecord[];
  /** Gates of a run, or the open ones of all runs; in the order they opened. */
  gates(run?: string): readonly GateRecord[];
  /** A gate of a run by id, path or name; an open one before closed ones. Throws `gate-not-found`, `gate-not-unique`. */
  gate(run: string, gate: string): GateRecord;
  /** The open gates of all runs one after another, read in pages. */
  eachOpenGate(): Iterable<GateRecord>;
  /** Those of them that wait for people, the nearest deadline first, then the longest waiting. */
  eachGateForPeople(): Iterable<GateRecord>;
  /**
   * Gates for people, open or closed, that opened or changed at a time of the store or later, so that whoever looks again
   * and again reads no more than that. Times are of several machines: what they wrote at a time may be seen a little later.
   */
  changedForPeople(since?: number): ChangedGates;
  /** Votes that count for a gate, in the order they came. Throws `gate-not-found`. */
  votes(run: string, gate: string): readonly DecisionRecord[];
  /**
   * The newest decision at the same place of this run, or of an earlier one of the same workflow, with the gate that it
   * closed; on other content when that gate's content hash differs. Null when there is none. Throws `gate-not-found`.
   */
  decidedBefore(run: string, gate: string): GateRecord | null;
  /** Everything that was sent to the gates of a run, in the order it came; what was refused is there as evidence. */
  signals(run: string): readonly Signal[];
  /** What people and time did to a run, in its order; `verifyAudit` tells whether the chain holds. */
  audit(run: string): readonly AuditEntry[];
  /** Says in words why a job ran or did not. */
  why(run: string, job: number): string;
  /** Where a job's arguments and value came from, or what its value went into. Throws `job-not-found`. */
  lineage(run: string, job: number, direction: LineageDirection, limit?: number): Lineage;
  /**
   * Jobs that were given a text, a number or a file (by its digest, name or URI) as an argument or part of one, and
   * those that made the file; newest first. A run that goes on is searched as far as it is recorded, one that waits for
   * people as far as it was when it began to wait.
   */
  search(wanted: string | number, page?: SearchPage): readonly FoundJob[];
}
