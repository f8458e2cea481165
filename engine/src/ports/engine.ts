import type { LigaseError } from "@ligase/sdk";
import type { Role, TaskDefinition } from "@ligase/sdk/internal";
import type { GateRecord } from "../model/records.ts";
import type { Progress, RunEnd, RunEvent } from "../model/progress.ts";
import type { Inspect } from "./inspect.ts";

/* What the engine offers to those above it: the CLI now, the service later. */

export interface EngineOptions {
  /** Folder of the store, files and work folders; default `.ligase` in the current folder. */
  readonly root?: string;
  /** Where the store is: `postgres://user@host/database?schema=name`; default SQLite in the root. */
  readonly store?: string;
  /** Name of the person at this machine; default the login name. */
  readonly user?: string;
  /** Cores, memory and disk that jobs may use together; default the machine's. */
  readonly machine?: { readonly cpu?: number; readonly memoryBytes?: number; readonly diskBytes?: number };
  /** Named caps on jobs that hold them: `{ license: 2 }`. */
  readonly limits?: Readonly<Record<string, number>>;
}

export interface LaunchOptions {
  /** The user's file, imported already with `engine.load`. */
  readonly file: string;
  /** Name of a workflow or task that it defines. */
  readonly name: string;
  /** Arguments as JSON-like values: texts for durations, sizes, paths; checked against the types. */
  readonly args: unknown;
  /** `proof` (default) believes a finished subtree; `full` looks up every call; `none` computes all anew. */
  readonly check?: "proof" | "full" | "none";
  /** After a failure: `stop` starting (default), or `finish` what can be finished. */
  readonly onFailure?: "stop" | "finish";
  /** Executes nothing: every job that would run is reported with its reason. */
  readonly dryRun?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A run in this process. */
export interface RunHandle {
  readonly id: string;
  progress(): Progress;
  /** Calls back for what happens from now on; the returned function stops it. */
  subscribe(listener: (event: RunEvent) => void): () => void;
  /** Starts nothing more and lets what runs finish; the run can be resumed. */
  interrupt(): void;
  /** Ends what runs and closes the gates. */
  cancel(): void;
  /** Resolves when the run ended in this process; `waiting` when it was interrupted at a gate. Never rejects for the run's sake. */
  readonly ended: Promise<RunEnd>;
}

export interface Decision {
  /** Run by id or unique beginning of it. */
  readonly run: string;
  /** Gate by id, path, or name when that is unique in the run. */
  readonly gate: string;
  readonly outcome: "approved" | "rejected" | "answered";
  readonly value?: unknown;
  readonly comment?: string | null;
  /** Name of the person; nobody decides anonymously. */
  readonly by: string;
  /** Their roles; left out for the person at this machine, who may do everything. */
  readonly roles?: readonly Role[];
  /** Content hash of the gate as they saw it: the decision is refused when the gate shows something else (C23). */
  readonly contentHash?: string;
}

export interface Engine {
  /** Imports a user's file and gives what it defines. */
  load(file: string): Promise<readonly TaskDefinition[]>;
  launch(options: LaunchOptions): Promise<RunHandle>;
  /** Goes on with a run that was interrupted, failed, cancelled, or whose process died. */
  resume(run: string): Promise<RunHandle>;
  /** Goes on with the runs whose engine died or left them (R11); each is resumed by one engine, whichever comes first. */
  takeOver(): Promise<TakenOver>;
  readonly inspect: Inspect;
  /** Records a decision, before or after the gate opens, whoever advances the run. Throws `gate-not-found`, `gate-already-resolved`, `signal-not-valid`, … */
  decide(decision: Decision): GateRecord | "kept";
  /** Asks whoever advances a run to cancel it; closes it at once when nobody does. */
  cancel(run: string): void;
  close(): Promise<void>;
}

export interface TakenOver {
  readonly handles: readonly RunHandle[];
  /** Runs that could not be resumed here, such as those whose code is not here or is another by now; they stay as they are. */
  readonly left: readonly { readonly run: string; readonly error: LigaseError }[];
}
