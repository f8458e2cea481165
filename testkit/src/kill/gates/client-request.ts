import type { Decision, LeasedTask, LeaseRequest, NewEvent, Published } from "@ligase/engine/testing";
import type { PlannedPerson } from "../../decisions/people.ts";
import type { WorkReport } from "../../decisions/work-verdict.ts";

/** What a client is to send. */
export type ClientRequest =
  | { readonly kind: "decide"; readonly decision: Decision }
  | {
      readonly kind: "lease";
      readonly wanted: LeaseRequest;
      /** Waits so long at the most for something to do. */
      readonly waitMs: number;
    }
  | { readonly kind: "report"; readonly task: string; readonly token: string; readonly report: WorkReport }
  | { readonly kind: "put-back"; readonly task: string; readonly by: PlannedPerson }
  | { readonly kind: "publish"; readonly event: NewEvent; readonly by: PlannedPerson };

/** What is read of tasks that a worker was given, over HTTP as from an engine. */
export interface GivenTask {
  readonly task: Pick<LeasedTask["task"], "id" | "name" | "path" | "failures" | "leasedAt">;
  readonly input: { readonly x: number };
  readonly token: string;
}

/** The same of an event that was published. */
export type GivenEvent = Pick<
  Published,
  "number" | "source" | "id" | "key" | "payload" | "receivedAt" | "takenBy" | "isNew"
>;

/** What a report's task is then. */
export interface ReportedTask {
  /** Null when nobody has it. */
  readonly leasedUntil: number | null;
}

/** What a worker says, as the API has it. */
export const bodyOfReport = (report: WorkReport): Readonly<Record<string, unknown>> => {
  switch (report.kind) {
    case "heartbeat":
      return { progress: 0.5, log: ["at it"] };
    case "release":
      return {};
    case "complete":
      return { value: report.value };
    case "fail":
      return { message: report.message, retry: report.retry };
  }
};
