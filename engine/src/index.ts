/* What those above the engine use of it. */
export { loadDefinitions, openEngine } from "./engine.ts";
export type * from "./ports/engine.ts";
export type * from "./ports/inspect.ts";
export type { AuditEntry } from "./model/audit.ts";
export type {
  AttemptRecord,
  DeckRecord,
  DecisionRecord,
  GateRecord,
  JobRecord,
  Reason,
  RunRecord,
} from "./model/records.ts";
export type * from "./model/progress.ts";
export type * from "./model/states.ts";
