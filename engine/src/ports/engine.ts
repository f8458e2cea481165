import type { LigaseError } from "@ligase/sdk";
import type { Role, TaskDefinition } from "@ligase/sdk/internal";
import type { Person } from "../model/person.ts";
import type { GateRecord } from "../model/records.ts";
import type { Progress, RunEnd, RunEvent } from "../model/progress.ts";
import type { Events, TriggerState } from "./events.ts";
import type { ExternalTasks } from "./external-tasks.ts";
import type { Inspect } from "./inspect.ts";
import type { People } from "./people.ts";

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
  /**
   * The engine advances all runs of the files that it loads, whoever launched them: those that wait leave memory (R10) and
   * go on when they are decided or due, those of a dead engine are taken over. Default false: it advances what it launches.
   */
  readonly serves?: boolean;
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
  /**
   * At most one run is launched with a key, however often and by whichever engine on the store. `request` tells what is
   * launched: for the same as before the launch throws `launched-before` with that run, else `idempotency-key-taken`.
   */
  readonly once?: { readonly key: string; readonly request: string };
  /** Who launches; default the person at this machine. */
  readonly by?: Person;
}

/** Told of everything that happens in runs that this process advances. */
export type RunsListener = (run: string, event: RunEvent) => void;

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
  /** Resolves when the run ended in this process; `waiting` when it was interrupted at a gate, or left memory there. Never rejects for the run's sake. */
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

export interface HandOver {
  /** Run by id or unique beginning of it. */
  readonly run: string;
  /** Gate by id, path, or name when that is unique in the run. */
  readonly gate: string;
  /** Who decides it from now on, by name or role; nobody else does. */
  readonly to: { readonly users?: readonly string[]; readonly roles?: readonly Role[] };
  readonly comment?: string | null;
  /** Name of the person who hands it over; they decide no more, unless they are named by name. */
  readonly by: string;
  /** Their roles; left out for the person at this machine, who may do everything. */
  readonly roles?: readonly Role[];
}

export interface Engine {
  /** Imports a user's file and gives what it defines. */
  load(file: string): Promise<readonly TaskDefinition[]>;
  /** Throws `not-allowed`, `not-runnable`, `argument-not-valid`, … */
  launch(options: LaunchOptions): Promise<RunHandle>;
  /** Goes on with a run that was interrupted, failed, cancelled, or whose process died. Throws `not-allowed`, `run-ended`, … */
  resume(run: string, by?: Person): Promise<RunHandle>;
  /** Goes on with the runs whose engine died or left them (R11); each is resumed by one engine, whichever comes first. */
  takeOver(): Promise<TakenOver>;
  /** Calls back for what happens in any run of this process from now on; the returned function stops it. */
  subscribe(listener: RunsListener): () => void;
  /** How a run stands that this process has in memory; null of others, of which `inspect` tells what is recorded. */
  progress(run: string): Progress | null;
  readonly inspect: Inspect;
  readonly people: People;
  readonly external: ExternalTasks;
  readonly events: Events;
  /** Triggers of the files that were loaded, of an engine that serves; another has none begin. */
  triggers(): readonly TriggerState[];
  /** Records several decisions, of which all count or none. Throws as below. */
  decide(decisions: readonly Decision[]): readonly (GateRecord | "kept")[];
  /**
   * Decisions with the content of the files that they name read and kept, as `decide` needs it: what is answered is what
   * the file holds now. Throws `file-not-found`.
   */
  withFilesKept(decisions: readonly Decision[]): Promise<readonly Decision[]>;
  /** Records a decision, before or after the gate opens, whoever advances the run. Throws `gate-not-found`, `gate-already-resolved`, `signal-not-valid`, … */
  decide(decision: Decision): GateRecord | "kept";
  /**
   * Gives an open gate to others to decide; its policy stays. Who may decide it may do so, and admins. Throws
   * `gate-not-found`, `gate-not-open`, `hand-over-not-allowed`, `hand-over-not-valid`, …
   */
  handOver(handOver: HandOver): GateRecord;
  /** Asks whoever advances a run to cancel it; closes it at once when nobody does. Throws `not-allowed`, … */
  cancel(run: string, by?: Person): void;
  close(): Promise<void>;
}

export interface TakenOver {
  readonly handles: readonly RunHandle[];
  /** Runs that could not be resumed here, such as those whose code is not here or is another by now; they stay as they are. */
  readonly left: readonly { readonly run: string; readonly error: LigaseError }[];
}
