import type {
  ExternalPolicy,
  FailureKind,
  GateKind,
  GatePolicy,
  JobError,
  Placement,
  Template,
  TypeIr,
} from "@ligase/sdk/internal";
import type { Limiter, Origin } from "./cell.ts";

/** What the reducer asks of the world. It does nothing itself. */
export interface Effects {
  /** Calls whose arguments are known: to be looked up, shared or submitted, then resolved. */
  readonly calls: CallRequest[];
  /** Workflow calls that were opened in place with arguments pending, or because a gate is below (C2, C21). */
  readonly entered: EnteredWorkflow[];
  /** Jobs whose expression, and workflows whose frame, is known to the bottom. */
  readonly settled: SettledCall[];
  readonly gates: GateRequest[];
  readonly delays: DelayRequest[];
  /** Errors that a handler took, with the call they were handled in: some make it volatile (C8). */
  readonly handled: { readonly owner: number; readonly kind: FailureKind }[];
  /** Calls whose value must not be believed by a later run without walking down: failed items were left out (C9). */
  readonly volatile: number[];
  /** The first error that is sure to reach the root: what has not started need not start. */
  doomed: JobError | null;
}

export interface CallRequest {
  readonly id: number;
  readonly target: "task" | "workflow";
  readonly name: string;
  readonly args: unknown;
  readonly origin: Origin;
  readonly placement: Placement | undefined;
  /** The call whose expression or template this one stands in; 0 for the root. */
  readonly owner: number;
  readonly limiter: Limiter | null;
}

export interface EnteredWorkflow {
  readonly id: number;
  readonly name: string;
  readonly owner: number;
}

export interface SettledCall {
  readonly id: number;
  readonly result: { readonly value: unknown; readonly origin: Origin } | { readonly error: JobError };
  /** Arguments of a workflow that was opened in place, when all of them are known. */
  readonly args?: { readonly value: unknown; readonly origin: Origin };
}

export interface GateRequest {
  readonly id: number;
  readonly kind: GateKind;
  readonly name: string;
  readonly path: string;
  /** What the path may have been when the gate opened in an earlier process. */
  readonly otherPaths: readonly string[];
  readonly owner: number;
  readonly value: unknown;
  readonly valueOrigin: Origin;
  readonly question: string | null;
  readonly evidence: readonly unknown[];
  readonly schema: TypeIr | null;
  readonly policy: GatePolicy;
  readonly external: ExternalPolicy | null;
}

export interface DelayRequest {
  readonly id: number;
  readonly delayMs: number;
}

export const noEffects = (): Effects => ({
  calls: [],
  entered: [],
  settled: [],
  gates: [],
  delays: [],
  handled: [],
  volatile: [],
  doomed: null,
});

/** What the reducer needs to know of the project. */
export interface Program {
  /** The template of a workflow. Throws `task-not-found`. */
  workflow(name: string): Template;
  /** Whether a gate can be reached through a workflow called with these arguments: such a call is never shared (C21). */
  reachesGate(name: string, args: unknown): boolean;
}
