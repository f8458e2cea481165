import type { LigaseError } from "@ligase/sdk";
import type { Dir, EncodeOptions, File, JobError, TaskDefinition, Template } from "@ligase/sdk/internal";
import type { FileSets } from "../cache/file-sets.ts";
import type { ProjectCode } from "../cache/project-code.ts";
import type { Proof } from "../cache/proof.ts";
import type { TaskSets } from "../cache/task-sets.ts";
import type { RunEvent } from "../model/progress.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Store } from "../ports/store.ts";
import type { CallRequest } from "../reducer/effects.ts";
import type { Job } from "./job.ts";

/** What a run has of the world: its code and cache, and the scheduler that acts for it. */
export interface RunContext {
  readonly runId: string;
  /** Name of the person who launched it. */
  readonly launcher: string;
  /** The run that this one goes on with under other code (C22). */
  readonly parent: string | null;
  readonly store: Store;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly code: ProjectCode;
  readonly proof: Proof;
  readonly taskSets: TaskSets;
  readonly fileSets: FileSets;
  /** The template of the launch: one call with the launch's arguments. */
  readonly template: Template;
  readonly args: unknown;
  /** Number of the last job of an earlier process, 0 in a new run. */
  readonly lastNumber: number;
  /** Encoding of arguments for keys: tasks as values carry the hash of their code. */
  readonly encoding: EncodeOptions;
  /** Why this process writes nothing more of the run (C19); null while it may. */
  barred(): LigaseError | null;
  /** Folder that the run was launched from: relative destinations start there, whoever goes on with the run. */
  readonly cwd: string;
  /**
   * Throws `tool-not-installed` when a job is to start and tools are missing that it or a task of the run needs, but for
   * tasks all of whose calls were answered without a job.
   */
  checkTools(starting: TaskDefinition, isAnswered: (task: string) => boolean): void;
  /** Has a job computed. */
  submit(job: Job): void;
  /** An equal call wants the same job: it gets the stronger of both placements (C7). */
  strengthen(job: Job, request: CallRequest): void;
  /**
   * Writes what must be on the disk before it is used (R9, C18), in one durable transaction at the end of the turn with
   * all that was gathered; calls back in a later turn.
   */
  durably(write: () => void, then: () => void): void;
  /** These keys are not claimed any more. */
  freed(keys: readonly string[]): void;
  /** Calls back in a later turn, when a promise has settled. */
  later<T>(promise: Promise<T>, then: (value: T) => void, failed: (error: unknown) => void): void;
  /** Calls back in a later turn, after a time. The returned function takes it back. */
  delay(delayMs: number, then: () => void): () => void;
  emit(event: RunEvent): void;
  /** An error that the engine met on behalf of a task or gate, as data. */
  errorOf(error: unknown, name: string): JobError;
  /** The set of those files that no job made (C8). */
  observed(files: readonly (File | Dir)[]): number | null;
  /** Value of a call node that this run already used. */
  nodeValue(node: number): {
    readonly key: string;
    readonly value: unknown;
    readonly taskSet: number;
    readonly fileSet: number | null;
    readonly volatile: boolean;
  };
}
