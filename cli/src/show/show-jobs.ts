import { setImmediate as nextTurn } from "node:timers/promises";
import type { ShownJob } from "../desk/run-desk.ts";
import { spanText } from "../output/human-time.ts";
import { jsonValue } from "@ligase/sdk/values";
import { reasonText } from "../output/reason-text.ts";
import { jobStatusText } from "../output/run-status.ts";
import { padTo, printableLine, visibleWidth } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { ToShow } from "./show-run.ts";

/** Widths of the columns whose texts are known beforehand. */
const STATUS_WIDTH = "cancelling".length;
const TOOK_WIDTH = "23h 59m".length;

/** Writes the jobs of a run, one a line, as they are read: a run may have a million. */
export async function showJobs({ desk, run, asJson }: ToShow, world: World): Promise<void> {
  const line = asJson ? jsonLines() : textLines(await desk.jobCounts(run.id), world);
  world.out.write(line.before);
  for await (const jobs of desk.jobPages(run.id)) {
    world.out.write(jobs.map((job) => line.of(job)).join(""));
    // Whoever reads may have gone: `ligase show RUN --jobs | head`.
    await nextTurn();
  }
  world.out.write(line.after);
}

interface Lines {
  readonly before: string;
  of(job: ShownJob): string;
  readonly after: string;
}

/** One document: a list with a job a line. */
function jsonLines(): Lines {
  let isFirst = true;
  const of = (job: ShownJob): string => {
    const text = JSON.stringify(jsonValue(job));
    const between = isFirst ? "\n" : ",\n";
    isFirst = false;
    return between + text;
  };
  return { before: "[", of, after: "\n]\n" };
}

type Cells = Readonly<Record<"number" | "task" | "status" | "took" | "why", string>>;

function textLines(
  counts: readonly { readonly task: string; readonly count: number }[],
  { out }: World,
): Lines {
  const { dim } = out.palette;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const numberWidth = Math.max("job".length, String(total).length);
  const taskWidth = Math.max("task".length, ...counts.map(({ task }) => visibleWidth(task)));
  const line = ({ number, task, status, took, why }: Cells): string => {
    const cells = [
      padTo(number, numberWidth, "start"),
      padTo(task, taskWidth),
      padTo(status, STATUS_WIDTH),
      padTo(took, TOOK_WIDTH, "start"),
      why,
    ];
    return `${cells.join("  ").trimEnd()}\n`;
  };
  return {
    before: line({
      number: dim("job"),
      task: dim("task"),
      status: dim("status"),
      took: dim("took"),
      why: dim("why"),
    }),
    of: (job) =>
      line({
        number: String(job.number),
        task: job.task,
        status: jobStatusText(job.status, out.palette),
        took: tookText(job),
        why: dim(printableLine(reasonText(job.reason))),
      }),
    after: "",
  };
}

function tookText({ startedAt, endedAt, status }: ShownJob): string {
  return startedAt === null || endedAt === null || status === "cached" ? "" : spanText(endedAt - startedAt);
}
