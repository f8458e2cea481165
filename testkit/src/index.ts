/* What tests of Ligase, and of stores and executors made for it, have in common. */

// Contracts that every implementation of a port passes
export * from "./executor-contract.ts";
export * from "./function-executor-contract.ts";
export * from "./file-store-contract.ts";
export * from "./store-contract.ts";
export * from "./event-source-contract.ts";

// Engines under test: in the process of the test, or on a user's project with a process for each run
export * from "./engine-rig.ts";
export * from "./project.ts";
export type { Refusal, ReportedJob, RunReport, RunRequest } from "./run-file.ts";

// What stands between an engine and the world
export * from "./fake-clock.ts";
export * from "./fault-store.ts";
export * from "./puppet.ts";

// What tests need of the machine, and of the type checker
export * from "./needs.ts";
export * from "./pid-namespace.ts";
export * from "./postgres.ts";
export * from "./small-disk.ts";
export * from "./type-errors.ts";
