import type { JobRecord } from "@ligase/engine";
import { spanText } from "../output/human-time.ts";
import { jsonValue } from "../output/json-value.ts";
import { reasonText } from "../output/reason-text.ts";
import { textTable } from "../output/text-table.ts";
import { jobStatusText } from "../output/run-status.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { ShownRun } from "./show-run.ts";

/** Writes the jobs of a run, one a line. */
export function showJobs({ inspect, run, asJson }: ShownRun, { out }: World): void {
  const jobs = inspect.jobs(run.id);
  if (asJson) {
    out.write(`${JSON.stringify(jsonValue(jobs))}\n`);
    return;
  }
  const { dim } = out.palette;
  const columns = [
    { title: dim("job"), align: "end" as const },
    { title: dim("task") },
    { title: dim("status") },
    { title: dim("took"), align: "end" as const },
    { title: dim("why") },
  ];
  const rows = jobs.map((job) => [
    String(job.number),
    job.task,
    jobStatusText(job.status, out.palette),
    tookText(job),
    dim(printableLine(reasonText(job.reason))),
  ]);
  out.write(`${textTable(columns, rows).join("\n")}\n`);
}

function tookText({ startedAt, endedAt, status }: JobRecord): string {
  return startedAt === null || endedAt === null || status === "cached" ? "" : spanText(endedAt - startedAt);
}
