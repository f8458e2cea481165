import type { ExternalPolicy, JobError } from "@ligase/sdk/internal";
import type { AuditEntry } from "../model/audit.ts";
import type {
  AttemptRecord,
  CallAnswer,
  CallNodeRecord,
  DeckRecord,
  DecisionRecord,
  GateRecord,
  JobRecord,
  Reason,
  RunRecord,
} from "../model/records.ts";
import type { ExternalTaskRecord, ExternalTaskState, LeaseEnding } from "../model/external-task.ts";
import type { EventRecord } from "../model/event.ts";
import type { PeopleChange, TokenRecord, UserRecord } from "../model/person.ts";
import type { JobStatus, RunStatus } from "../model/states.ts";
import type { FileIdentities } from "./file-store.ts";
import type { LeaseRecord } from "./external-tasks.ts";
import type { JobCount, JobFilter, RunFilter } from "./inspect.ts";

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

export interface RunStore {
  insert(run: NewRun): void;
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

export interface NewGate {
  readonly gate: GateRecord;
  /** Key of the shared job the gate belongs to, or empty for the run's own (C21). */
  readonly owner: string;
  /** Where its value came from, a list of `edgeText` (C11). */
  readonly edges: string | null;
}

export interface GateStore {
  insert(gate: NewGate): void;
  get(id: string): GateRecord | null;
  /** The same, as a look that decides about a write: until the transaction ends nobody else changes it (C20). */
  hold(id: string): GateRecord | null;
  /** Who may decide, or until when, is another now. */
  change(id: string, change: GateChange): void;
  /** The newest gate at the same place of a run of the same name that was decided before this one opened. */
  decidedBefore(id: string): GateRecord | null;
  /** Where the value of a gate came from. */
  edges(id: string): string | null;
  /** The gate at a place of a run (C21). */
  at(runId: string, owner: string, path: string): GateRecord | null;
  list(runId: string): readonly GateRecord[];
  /** Gates of a run with this path or name, in the order they opened. */
  addressed(runId: string, by: "path" | "name", text: string): readonly GateRecord[];
  /** Open gates of all runs in the order they opened: so many after one. */
  open(after: Pick<GateRecord, "id" | "openedAt"> | null, limit: number): readonly GateRecord[];
  /** Open gates that wait for people, the nearest deadline first, then the longest waiting: so many after one. */
  forPeople(
    after: Pick<GateRecord, "id" | "openedAt" | "deadlineAt"> | null,
    limit: number,
  ): readonly GateRecord[];
  /**
   * Closes an open gate with its decision; false when it was closed already, and then nothing changes (C20: state in the
   * condition, so that of two decisions one wins).
   */
  close(id: string, status: "resolved" | "expired" | "cancelled", decision: DecisionRecord | null): boolean;
  /** Keeps a signal: the decision that won, one that came early, or one that was refused. Append-only. */
  putSignal(signal: StoredSignal): void;
  /** Early signals for a place that were not used yet. */
  early(runId: string, name: string): readonly StoredSignal[];
  /** An early signal was used for the gate it waited for. */
  useEarly(id: number, gateId: string): void;
  /** The signals that count for a gate, in the order they came: one of each voter at the most. */
  votes(gateId: string): readonly StoredSignal[];
  countEarly(runId: string): number;
  /** Ids of a run's gates that are open. */
  openOf(runId: string): readonly string[];
  signals(runId: string): readonly StoredSignal[];
  /**
   * The newest gate that people decided on equal content under an equal policy, for gates that may reuse that (C23). One
   * that reused a decision itself has no votes whose makers could be asked about, and is passed over.
   */
  reusable(contentHash: string): GateRecord | null;
}

/** What people and time did to a run: one chain of hashes per run, to which entries are only added. */
export interface AuditStore {
  /** Holds the run's chain until the transaction ends, and gives its last entry. */
  holdLast(runId: string): AuditEntry | null;
  add(runId: string, entry: AuditEntry): void;
  list(runId: string): readonly AuditEntry[];
}

/** Users, their tokens, and what was done to them. */
export interface PeopleStore {
  user(name: string): UserRecord | null;
  /** The same, as a look that decides about a write: until the transaction ends nobody else changes them. */
  hold(name: string): UserRecord | null;
  users(): readonly UserRecord[];
  /** Writes a user's row, new or changed. */
  putUser(user: UserRecord): void;
  /** The hash is that of its secret, which the store never sees. */
  insertToken(token: TokenRecord, hash: string): void;
  /** Tokens of a user, or of all, the oldest first. */
  tokens(user: string | null): readonly TokenRecord[];
  /** Tokens whose ids begin with the text, at most two: none, one, or not unique. */
  findTokens(beginning: string): readonly TokenRecord[];
  /** The token whose secret has this hash, over or not, and its user. */
  bySecret(hash: string): { readonly token: TokenRecord; readonly user: UserRecord } | null;
  revokeToken(id: string, at: number): void;
  tokenUsed(id: string, at: number): void;
  /** Adds to what was done; nothing of it is ever changed. */
  addChange(change: Omit<PeopleChange, "number">): void;
  /** The newest first: so many before a number. */
  changes(before: number, limit: number): readonly PeopleChange[];
}

/** A task that programs outside pull; its gate has what it is given. */
export interface NewExternalTask extends Omit<ExternalPolicy, "input"> {
  readonly id: string;
  readonly runId: string;
}

export interface StoredExternalTask
  extends ExternalTaskRecord, Pick<ExternalPolicy, "retries" | "maxLostLeases"> {}

export interface StoredLease extends LeaseRecord {
  /** From 1. */
  readonly number: number;
  readonly lastsMs: number;
}

/** The queue of external tasks. Its leases go by the time of the store (C19), and by rows alone (R10). */
export interface ExternalTaskStore {
  insert(task: NewExternalTask): void;
  get(id: string): StoredExternalTask | null;
  /** The same, as a look that decides about a write: until the transaction ends nobody else changes it. */
  hold(id: string): StoredExternalTask | null;
  /** Ids that begin with the text, at most two: none, one, or not unique. */
  find(beginning: string): readonly string[];
  list(filter: {
    readonly topic?: string;
    readonly state: ExternalTaskState;
    readonly limit: number;
  }): readonly ExternalTaskRecord[];
  /** Tasks whose lease or rest is over, the first that was over first. */
  due(limit: number): readonly string[];
  isOver(id: string): boolean;
  hasReady(topics: readonly string[]): boolean;
  /** Holds topics until the transaction ends: only one engine at a time gives their tasks out. */
  holdTopics(topics: readonly string[]): void;
  /** How many more tasks of a topic may be leased; null for any number. */
  room(topic: string): number | null;
  /** The next tasks of a topic: greater priority first, then those that wait longest. */
  next(topic: string, limit: number): readonly string[];
  /** Gives a task to a worker. */
  lease(
    id: string,
    lease: Pick<StoredLease, "number" | "worker" | "by" | "lastsMs"> & { readonly token: string },
  ): void;
  /** The lease of a task that a token was given for, by its hash. */
  leaseOf(id: string, token: string): StoredLease | null;
  leases(id: string): readonly StoredLease[];
  /** The lease goes on for so long from now, with what the worker told. */
  extend(id: string, lastsMs: number, told: Pick<ExternalTaskRecord, "progress" | "message">): void;
  endLease(id: string, number: number, ending: LeaseEnding, message: string | null): void;
  /** Back in line, at once or after a rest, or set aside. */
  giveBack(id: string, back: GivenBack): void;
  /** Its gate is closed: whoever has it has it no longer. */
  end(id: string): void;
  /** Adds lines to the log of a task that is held, as far as there is room. */
  addLog(
    id: string,
    told: { readonly lines: readonly string[]; readonly at: number; readonly most: number },
  ): void;
  log(id: string): readonly { readonly at: number; readonly text: string }[];
}

export interface GivenBack extends Pick<ExternalTaskRecord, "lostLeases" | "failures" | "message"> {
  readonly state: "ready" | "aside";
  /** Milliseconds until it is given out again; 0 for at once. */
  readonly restMs: number;
}

/** Messages from outside, the gates that they were offered to, and how far their sources came. */
export interface EventStore {
  /** Keeps an event and gives its number; null when one of its source and id is there already. */
  insert(event: NewEventRow): number | null;
  get(number: number): EventRecord | null;
  named(source: string, id: string): EventRecord | null;
  /** The newest first: so many before a number, of one key or of all. */
  list(key: string | null, before: number, limit: number): readonly EventRecord[];
  /**
   * The same as `get`, as a look that decides about a write: until the transaction ends nobody else gives away what is
   * kept. Only the last lock of a transaction may be this one; the rows of runs and gates are held before.
   */
  hold(number: number): EventRecord | null;
  /** Events with a key that a gate may take and was not offered yet, the oldest first. */
  kept(gate: { readonly id: string; readonly key: string }, now: number, limit: number): readonly number[];
  /** Open gates that may take an event and were not offered it yet, the longest waiting first. */
  waiting(event: number, now: number, limit: number): readonly WaitingGate[];
  /** Events of which it is not known yet that no gate waits that was not offered it: their publisher is at it, or died. */
  undelivered(limit: number): readonly number[];
  /** All gates that waited for an event were offered it. */
  delivered(number: number): void;
  /** A gate took the event, or did not for a reason. */
  offered(event: number, gate: string, misfit: string | null): void;
  isToForget(now: number): boolean;
  /** Forgets so many events whose time is up, in a transaction of its own; gives how many it forgot. */
  forget(now: number, limit: number): number;
  /** Keys that begin with a text and that open gates wait for, each once, in their order: so many after one. */
  awaitedKeys(beginning: string, after: string, limit: number): readonly string[];
  /** Open gates that wait for a key, the longest waiting first. */
  awaiting(key: string, limit: number): readonly WaitingGate[];
  /** A trigger launches a run for a message; false when it did so before, and then nothing changes. */
  launches(trigger: string, message: string, runId: string): boolean;
  /** The run that a trigger launched for a message. */
  launchedFor(trigger: string, message: string): string | null;
  cursor(source: string): string | null;
  putCursor(source: string, cursor: string): void;
}

export type NewEventRow = Omit<EventRecord, "number" | "takenBy" | "refusedBy"> & {
  readonly forgetAt: number;
};

export interface WaitingGate {
  readonly id: string;
  readonly runId: string;
}

export type GateChange = Pick<GateRecord, "deciders" | "isEscalated" | "deadlineAt" | "reminded" | "callers">;

export interface StoredSignal {
  readonly id: number;
  readonly runId: string;
  readonly gateId: string | null;
  /** Gate name or path it was addressed to. */
  readonly address: string;
  readonly state: "used" | "early" | "refused";
  readonly decision: DecisionRecord;
}
