import type { ExternalPolicy } from "@ligase/sdk/internal";
import type { ExternalTaskRecord, ExternalTaskState, LeaseEnding } from "../model/external-task.ts";
import type { LeaseRecord } from "./external-tasks.ts";

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
