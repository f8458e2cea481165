import type { Executor, ExecutorListener } from "./executor.ts";
import type { Clock } from "./clock.ts";
import type { FileStore } from "./file-store.ts";
import type { Store } from "./store.ts";

/** All that the engine touches beside its own memory: this machine's, or the simulator's. */
export interface World {
  readonly clock: Clock;
  readonly store: Store;
  readonly files: FileStore;
  /** Executors for the tasks that a user's file defines. */
  executors(file: string, listener: ExecutorListener): readonly Executor[];
  /** Imports a user's file. */
  load(file: string): Promise<unknown>;
  /** From 0 to 1. */
  random(): number;
}
