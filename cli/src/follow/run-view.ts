import type { TypeIr } from "@ligase/sdk/values";
import type { GateRecord, Progress, RunEnd, RunEvent } from "@ligase/engine";
import type { FailureLog } from "./failure-log.ts";

/** What a view knows of a run beside its events. */
export interface ViewedRun {
  readonly failures: FailureLog;
  /** What commands about it end with: what `atServer` gives. */
  readonly at: string;
}

/** How a run is shown while it goes on. */
export interface RunView {
  /** The run began, or goes on. */
  begin(run: { readonly id: string }, name: string): void;
  event(event: RunEvent): void;
  /** Called several times a second. `asking` is the dialogue at a gate, if there is one. */
  tick(progress: Progress, asking: readonly string[]): void;
  /** Something to tell in passing. */
  note(text: string): void;
  /** A gate opened that nobody decides in this terminal. */
  waitsFor(gate: GateRecord, gates: readonly GateRecord[]): void;
  end(end: ViewedEnd): void;
}

/** The end of a run with what is needed to tell it. */
export interface ViewedEnd {
  readonly end: RunEnd;
  readonly progress: Progress;
  /** By Ctrl-C in this terminal. */
  readonly interrupted: boolean;
  /** Nothing was executed. */
  readonly dryRun: boolean;
  /** Type of the result, if it is known. */
  readonly type: TypeIr | undefined;
}
