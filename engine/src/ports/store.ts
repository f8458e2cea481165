import type { LigaseError } from "@ligase/sdk";
import type { JobError } from "@ligase/sdk/internal";
import type {
  AttemptRecord,
  CallAnswer,
  CallNodeRecord,
  DeckRecord,
  JobRecord,
  Reason,
  RunRecord,
} from "../model/records.ts";
import type { JobStatus, RunStatus } from "../model/states.ts";
import type { FileIdentities } from "./file-store.ts";
import type { JobCount, JobFilter, RunFilter } from "./inspect.ts";
import type { GateStore, AuditStore } from "./gate-store.ts";
import type { PeopleStore } from "./people-store.ts";
import type { ExternalTaskStore } from "./external-task-store.ts";
import type { EventStore } from "./event-store.ts";

/*
 * What the engine keeps, by entity. One process writes through one connection (C17): what the scheduler records gathers
 * in a batch and is written by `commit` in one transaction. Reads are answered at once. The contract suite is in the
 * testkit.
 */

/** `computed` survives a crash of the process; `durable` a power cut too (R9). */
export type Durability = "computed" | "durable";

export interface Store {
  readonly runs: RunStore;
  readonly jobs: JobStore;
  readonly calls: CallStore;
  readonly gates: GateStore;
  readonly claims: ClaimStore;
  readonly search: SearchStore;
  readonly audit: AuditStore;
  readonly people: PeopleStore;
  readonly events: EventStore;
  readonly external: ExternalTaskStore;
  readonly files: FileIdentities;
  /** Runs `write` in one transaction; its writes are all there or none. */
  commit(durability: Durability, write: () => void): void;
  /**
   * What the database lost last: it crashed and came back without computed commits (`store-lost-writes`). Whoever began
   * before knows of rows that are not there. Null while it kept all, as SQLite does.
   */
  loss(): LigaseError | null;
  /** Changes whenever another connection wrote something: a cheap look that finds decisions of other processes. */
  version(): number;
  close(): void;
}

export interface NewRun {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly args: string;
  readonly bundle: string;
  readonly user: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly options: string;
  readonly parent: string | null;
  readonly createdAt: number;
}

/** A launch that is one run however often it is asked for: its key, and what was asked for with it. */
export interface LaunchOnce {
  readonly key: string;
  readonly request: string;
}

export interface RunStore {
  insert(run: NewRun): void;
  /**
   * The key launches this run; false when it launched another one before. Until the transaction ends nobody else's answer
   * is known.
   */
  launches(once: LaunchOnce, id: string): boolean;
  /** What a key launched, and the run. */
  launchedWith(key: string): { readonly request: string; readonly run: string } | null;
  /** Moves a run to another status. Throws `illegal-move` when the table of moves does not have it. */
  move(id: string, to: RunStatus, at: number, end?: { value?: string | null; error?: JobError | null }): void;
  /**
   * Takes or keeps the lease of a run: true when this owner may advance it, which no other owner may for so long (R11).
   * Time is the store's (C19).
   */
  lease(id: string, owner: string, lastsMs: number): boolean;
  release(id: string, owner: string): void;
  /** Who holds the lease of a run, over or not; null when nobody does. Every write of a run asks first (C19). */
  holder(id: string): string | null;
  /**
   * Runs that go on but that nobody advances, oldest first: their engine died, or left them. One that is parked stays as
   * it is.
   */
  unled(limit: number): readonly string[];
  /** Runs that go on and who holds their leases, oldest first: an owner may be seen to be gone before its lease is over. */
  led(limit: number): readonly { readonly id: string; readonly owner: string }[];
  /**
   * The run only waits and leaves memory (R10): it goes on at a time (0: at once; null: when somebody decides). Its lease
   * is given free by `release`.
   */
  park(id: string, at: number, wakeAt: number | null): void;
  /** A parked run goes on at once; inside the transaction of what it waited for, so that it cannot be missed (C20). */
  wake(id: string): void;
  /** Parked runs of a user's file that are to go on by now, the longest due first. */
  due(file: string, now: number, limit: number): readonly string[];
  askToCancel(id: string): void;
  isAskedToCancel(id: string): boolean;
  get(id: string): StoredRun | null;
  /** Ids that begin with the text, at most two: none, one, or not unique. */
  find(beginning: string): readonly string[];
  list(filter: RunFilter & { readonly limit: number }): readonly RunRecord[];
}

export interface StoredRun extends RunRecord {
  readonly argsText: string;
  readonly valueText: string | null;
  /** Launch options, as the engine wrote them. */
  readonly options: string;
}

export interface JobRow {
  readonly runId: string;
  readonly number: number;
  readonly parent: number | null;
  readonly task: string;
  /** Number of its task with its code; only written. */
  readonly taskId: number;
  /** Null where its call node has it. */
  readonly key: string | null;
  readonly status: JobStatus;
  readonly reason: Reason;
  readonly executor: string | null;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly error: JobError | null;
  readonly callNode: number | null;
}

export type AnsweredJob = Pick<JobRow, "number" | "status"> & { readonly callNode: number };

export interface JobStore {
  /** Writes a job's row, new or changed. */
  put(job: JobRow): void;
  putAttempt(attempt: AttemptRecord): void;
  putDeck(deck: DeckRecord): void;
  list(runId: string, filter?: JobFilter): readonly JobRecord[];
  counts(runId: string): readonly JobCount[];
  /** Jobs of a run whose call node is known, by their numbers: so many after one. */
  answered(runId: string, after: number, limit: number): readonly AnsweredJob[];
  /** Jobs that wait, of a run that is parked. */
  waiting(runId: string): readonly Pick<JobRow, "number" | "parent" | "task">[];
  get(runId: string, number: number): JobRecord | null;
  attempts(runId: string, number: number): readonly AttemptRecord[];
  decks(runId: string): readonly DeckRecord[];
  /** The tasks of a run's jobs, each with the code it had. */
  tasks(runId: string): readonly { readonly name: string; readonly hash: string }[];
  /** Number of the last job of a run, 0 when it has none. */
  lastNumber(runId: string): number;
  /** Marks jobs and attempts that a dead process left unfinished: they are not running any more. */
  abandon(runId: string, at: number): void;
}

/** A call as it is recorded: first when its first result is known, again when its final value is (C8). */
export interface NewCall {
  readonly key: string;
  readonly taskId: number;
  readonly args: string;
  readonly first: string | null;
  readonly value: string | null;
  readonly taskSet: number;
  readonly fileSet: number | null;
  readonly volatile: boolean;
  readonly runId: string;
  /** Number of its job in that run. */
  readonly job: number;
  /** Where its arguments came from, a list of `edgeText`; by hash when large. */
  readonly edges: string | null;
  /** The same of its value, when that was made by calls below it. */
  readonly valueEdges: string | null;
  readonly createdAt: number;
}

export interface CallStore {
  /** The newest call under each of the keys that has one. */
  latest(keys: readonly string[]): ReadonlyMap<string, CallAnswer>;
  /** The newest call under a key that this run itself recorded. */
  ofRun(key: string, runId: string): CallAnswer | null;
  get(id: number): CallNodeRecord | null;
  insert(call: NewCall): number;
  finish(
    id: number,
    final: Pick<NewCall, "args" | "value" | "taskSet" | "fileSet" | "volatile" | "edges" | "valueEdges">,
  ): void;
  /** The newest call that jobs of a task before this one had, whatever its code: for saying why one ran. */
  before(job: Pick<JobRecord, "runId" | "number" | "task">): CallNodeRecord | null;
  /** The number of a task with this code. */
  taskId(name: string, hash: string): number;
  task(id: number): { readonly name: string; readonly hash: string };
  /** The number of a set, given as canonical text; equal sets have one number. */
  setId(kind: "task" | "file", text: string): number;
  set(id: number): string;
  /** Keeps a text (template, large value) under its hash. */
  putText(hash: string, text: string): void;
  getText(hash: string): string | null;
}

/**
 * Which run computes a key now (R4): of equal calls in several runs, on several engines, one is computed and the others
 * wait for its result. A claim holds while its run's lease does, so what a dead engine claimed comes free by itself.
 */
export interface ClaimStore {
  /** Claims keys for a run and gives those that it has now; the others are claimed by runs that somebody advances. */
  take(runId: string, keys: readonly string[]): readonly string[];
  release(runId: string, keys: readonly string[]): void;
  releaseAll(runId: string): void;
}

/** What searches go by. It is made of what is recorded when somebody searches, so that nothing waits for it. */
export interface SearchStore {
  /** The first run after another, or of all, whose calls are not all in the index. */
  nextUnindexed(after: string | null): { readonly runId: string; readonly status: RunStatus } | null;
  /** Calls that a run made, of so many of its jobs after a number; `last` is the number of the last job. */
  callsOf(
    runId: string,
    after: number,
    limit: number,
  ): { readonly calls: readonly CallNodeRecord[]; readonly last: number; readonly isLast: boolean };
  /** Adds what is not there yet. */
  add(mentions: readonly Mention[], uses: readonly CallUse[]): void;
  /** All calls of a run are in the index, until it moves on; unless it already did, or has more jobs than these. */
  indexed(run: { readonly runId: string; readonly status: RunStatus; readonly last: number }): void;
  /** Calls that mention a value, newest first: so many before a number. */
  mentioning(value: number, before: number, limit: number): readonly Mention[];
  /** Calls that used what a source gave, by number: so many after one. */
  users(source: string, after: number, limit: number): readonly number[];
}

/** A call was given a text, number or file, or made a file; the value is 48 bits of its hash. */
export interface Mention {
  readonly value: number;
  readonly call: number;
  readonly isMaker: boolean;
}

/** What a source gave, a call by its number or a gate by its id, went into a call. */
export interface CallUse {
  readonly source: string;
  readonly call: number;
}
