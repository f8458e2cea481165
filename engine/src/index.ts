/* What those above the engine use of it. */
export { fileSource, loadDefinitions, openEngine, querySource } from "./engine.ts";
export type { FileSourceOptions } from "./events/file-source.ts";
export type { QuerySourceOptions } from "./events/query-source.ts";
export type * from "./model/event.ts";
export type * from "./ports/engine.ts";
export { mayDo, requireRight, type Action } from "./people/rights.ts";
export { refusalOf } from "./gates/rights.ts";
export type * from "./ports/events.ts";
export type * from "./ports/inspect.ts";
export type * from "./ports/external-tasks.ts";
export type * from "./ports/people.ts";
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
export type * from "./model/external-task.ts";
export type * from "./model/person.ts";
export type * from "./model/progress.ts";
export type * from "./model/states.ts";
