import type { ExternalTaskRecord, ExternalTasks } from "@ligase/engine/testing";
import type { WorkReport } from "./work-verdict.ts";

/** Says what a worker says of a task, with the token of its lease. */
export function said(
  external: ExternalTasks,
  { gate, token }: { readonly gate: string; readonly token: string },
  report: WorkReport,
): ExternalTaskRecord {
  switch (report.kind) {
    case "heartbeat":
      return external.heartbeat(gate, token, { progress: 0.5, log: ["at it"] });
    case "release":
      return external.release(gate, token);
    case "complete":
      return external.complete(gate, token, report.value);
    case "fail":
      return external.fail(gate, token, report);
  }
}
