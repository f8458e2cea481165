import type { ShownAttempt, ShownJob } from "../desk/run-desk.ts";
import { formatSize } from "@ligase/sdk/values";
import { failureLines } from "../output/failure.ts";
import { spanText } from "../output/human-time.ts";
import { jsonValue } from "@ligase/sdk/values";
import { jobStatusText } from "../output/run-status.ts";
import { shortId } from "../output/run-names.ts";
import { placeText } from "../output/show-scalar.ts";
import { showValue } from "../output/show-value.ts";
import { textTable } from "../output/text-table.ts";
import { printable, printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { ToShow } from "./show-run.ts";

/** Writes one job: why it ran, its attempts with what they used, its arguments, value, decks or failure. */
export async function showJob(
  { desk, run, number, asJson }: ToShow & { readonly number: number },
  world: World,
): Promise<void> {
  const job = await desk.job(run.id, number);
  const { args, value } = await desk.jobData(run.id, number);
  const attempts = await desk.attempts(run.id, number);
  const why = await desk.why(run.id, number);
  const decks = (await desk.decks(run.id)).filter((deck) => deck.job === number);
  if (asJson) {
    world.out.write(`${JSON.stringify(jsonValue({ ...job, why, attempts, decks, args, value }))}\n`);
    return;
  }
  const { out, cwd } = world;
  const { bold } = out.palette;
  const options = { palette: out.palette, width: out.size().width - 2, cwd };
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", bold(title), ...lines.map((line) => `  ${line}`)];
  const lines = [
    ...headLines(job, why, world),
    ...section("Attempts", attemptLines(attempts, world)),
    ...section("Arguments", args === null ? [] : showValue(args, options)),
    ...section(
      "Failure",
      job.error === null ? [] : failureLines({ job: number, error: job.error }, out.palette),
    ),
    ...section(
      "Decks",
      decks.map(({ name, uri }) => printableLine(`${name}  ${placeText(uri, cwd)}`)),
    ),
    ...section(
      "Value",
      job.status === "succeeded" || job.status === "cached" ? showValue(value, options) : [],
    ),
  ];
  out.write(`${lines.join("\n")}\n`);
}

function headLines(job: ShownJob, why: string, { out }: World): readonly string[] {
  const { bold, dim } = out.palette;
  const { startedAt, endedAt, queuedAt } = job;
  const facts = [
    [dim("status"), jobStatusText(job.status, out.palette)],
    [dim("why"), printable(why)],
    ...(startedAt === null ? [] : [[dim("queued"), `for ${spanText(startedAt - queuedAt)}`]]),
    ...(startedAt === null || endedAt === null ? [] : [[dim("took"), spanText(endedAt - startedAt)]]),
    ...(job.executor === null ? [] : [[dim("executor"), job.executor]]),
    ...(job.parent === null ? [] : [[dim("caller"), `job ${job.parent}`]]),
  ];
  return [
    `${bold(`${job.task} #${job.number}`)}  ${dim(`run ${shortId(job.runId)}`)}`,
    ...textTable([{ title: "" }, { title: "" }], facts).map((line) => `  ${line}`),
  ];
}

function attemptLines(attempts: readonly ShownAttempt[], { out, cwd }: World): readonly string[] {
  return attempts.flatMap(({ number, status, usage, folder }) => {
    const facts =
      usage === null
        ? []
        : [
            spanText(usage.wallMs),
            ...(usage.cpuMs === undefined ? [] : [`${spanText(usage.cpuMs)} cpu`]),
            ...(usage.peakMemoryBytes === undefined ? [] : [memoryText(usage.peakMemoryBytes, usage)]),
            ...(usage.exitCode === undefined ? [] : [`exit code ${usage.exitCode}`]),
          ];
    return [
      [`${number}. ${status}`, ...facts].join("  "),
      ...(folder === null ? [] : [out.palette.dim(`   ${placeText(`file://${encodeURI(folder)}`, cwd)}`)]),
    ];
  });
}

/** A sampled peak may have been higher between two looks. */
const memoryText = (bytes: number, { memorySource }: { readonly memorySource?: string }): string =>
  `${formatSize(bytes)} memory${memorySource === "sampled" ? " (sampled)" : ""}`;
