/* What the testkit uses beside the public surface: ports to write contracts for, and an engine with seams. */
export { openEngineWith, type EngineSeams } from "./engine.ts";
export { WorldEngine, type WorldEngineOptions } from "./launch/world-engine.ts";
export { openSqliteStore } from "./store/sqlite.ts";
export { systemClock } from "./scheduler/system-clock.ts";
export type * from "./model/records.ts";
export type * from "./model/progress.ts";
export type * from "./ports/clock.ts";
export type * from "./ports/engine.ts";
export type * from "./ports/executor.ts";
export type * from "./ports/file-store.ts";
export type * from "./ports/store.ts";
export type * from "./ports/world.ts";
export * from "./model/states.ts";
