import type {
  AttemptRecord,
  DeckRecord,
  DecisionRecord,
  GateRecord,
  JobCount,
  JobFilter,
  JobRecord,
  RunFilter,
  RunRecord,
} from "@ligase/engine";

/** A run as it is shown. */
export type ShownRun = Omit<RunRecord, "bundle">;

/** A run as deciding its gates sees it. */
export interface DeskRun extends ShownRun {
  /** Some process advances it, or will when it is decided. */
  readonly goesOn: boolean;
}

export type ShownJob = Omit<JobRecord, "callNode">;

export interface ShownAttempt extends Omit<AttemptRecord, "runId" | "job" | "remoteId" | "folder"> {
  /** Where it worked, when that is here. */
  readonly folder: string | null;
}

/** What was decided the last time that a gate was asked. */
export type DecidedBefore = Pick<GateRecord, "runId" | "contentHash" | "decision">;

/** A file that an attempt of a job writes its log into. */
export interface JobLog {
  /** By which it is known among the logs of a run. */
  readonly key: string;
  readonly attempt: number;
  readonly name: string;
  /** Bytes that it has now. */
  size(): Promise<number>;
  /** Its bytes from a place on, as far as they are written. */
  read(from: number): AsyncIterable<Uint8Array>;
}

/** Where runs are looked at: a store, or a server on one. Runs are named by their ids or the beginnings of them. */
export interface RunDesk {
  runs(filter: RunFilter): Promise<readonly ShownRun[]>;
  run(id: string): Promise<DeskRun>;
  value(run: string): Promise<unknown>;
  jobCounts(run: string): Promise<readonly JobCount[]>;
  /** Jobs in the order they were made, in pages: a run may have more than fit into memory. */
  jobPages(run: string, filter?: JobFilter): AsyncIterable<readonly ShownJob[]>;
  job(run: string, number: number): Promise<ShownJob>;
  jobData(run: string, number: number): Promise<{ readonly args: unknown; readonly value: unknown }>;
  attempts(run: string, number: number): Promise<readonly ShownAttempt[]>;
  logs(run: string, number: number): Promise<readonly JobLog[]>;
  /** Why a job ran or did not, in words. */
  why(run: string, number: number): Promise<string>;
  decks(run: string): Promise<readonly DeckRecord[]>;
  /** Its gates with what they show, or only the open ones, in the order they opened. */
  gateRecords(run: string, status?: "open"): Promise<readonly GateRecord[]>;
  /** Votes so far that count. */
  votes(gate: GateRecord): Promise<readonly DecisionRecord[]>;
  decidedBefore(gate: GateRecord): Promise<DecidedBefore | null>;
  close(): Promise<void>;
}

export async function listOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The jobs of pages, one after another. */
export async function* eachOf<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<T, void> {
  for await (const page of pages) yield* page;
}
