import type { Audit, Signal } from "../contract/audit.ts";
import type { Problem } from "../contract/exchange.ts";
import type { Event } from "../contract/events.ts";
import type { ExternalTask } from "../contract/external-tasks.ts";
import type { Gate } from "../contract/gates.ts";
import type { Job, JobDetail, Run } from "../contract/runs.ts";

type Task = ExternalTask & {
  readonly task: ExternalTask;
  readonly token: string;
  readonly input: unknown;
  readonly files: Gate["files"];
};

/** Fields of all answers: which of them is there, the test knows that reads it. */
export interface Body
  extends
    Problem,
    Pick<Run, "id" | "user" | "args" | "tags">,
    Pick<Gate, "contentHash" | "deciders" | "refusal" | "launcher">,
    Pick<JobDetail, "why" | "attempts">,
    Pick<Audit, "verification">,
    Omit<ExternalTask, "id" | "run" | "message" | "attempts"> {
  /** Of an answer that is not JSON. */
  readonly text: string;
  readonly value: unknown;
  readonly error: NonNullable<Run["error"]>;
  readonly issues: NonNullable<Problem["issues"]>;
  readonly gate: Gate;
  readonly gates: readonly Gate[];
  readonly files: Gate["files"];
  readonly more: boolean;
  readonly runs: readonly Run[];
  readonly jobs: readonly Job[];
  readonly next: string | null;
  readonly results: readonly { readonly state: string }[];
  readonly signals: readonly Signal[];
  readonly entries: Audit["entries"];
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tasks: readonly Task[];
  readonly events: readonly Event[];
  readonly task: ExternalTask;
  readonly leases: readonly { readonly ending: string | null; readonly worker: string }[];
  readonly log: readonly { readonly text: string }[];
}
