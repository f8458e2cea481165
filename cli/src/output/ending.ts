import type { GateRecord, JobRecord, RunEnd } from "@ligase/engine";
import type { TypeIr } from "@ligase/sdk/values";
import { EXIT } from "../exit-code.ts";
import type { FailureLog } from "../follow/failure-log.ts";
import type { World } from "../world.ts";
import { failureLines, failureSummary } from "./failure.ts";
import { spanText } from "./human-time.ts";
import { reasonText } from "./reason-text.ts";
import { decisionCommands, shortId } from "./run-names.ts";
import { showValue } from "./show-value.ts";
import { textTable } from "./text-table.ts";
import { printableLine } from "./visible-text.ts";

export interface EndingContext {
  readonly run: string;
  readonly end: RunEnd;
  /** By Ctrl-C in this terminal. */
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  readonly failures: FailureLog;
  readonly tookMs: number;
  readonly openGates: readonly GateRecord[];
  /** What commands about the run end with: what `atServer` gives. */
  readonly at: string;
  /** Type of the result, if it is known. */
  readonly type: TypeIr | undefined;
}

/** Failures that are shown whole; the others by one line. */
const MAX_WHOLE_FAILURES = 3;
const MAX_FAILURES = 20;

/** The last lines about a run: how it ended, how long it took, its result or what failed, and what to do next. */
export function endingLines(context: EndingContext, world: World): readonly string[] {
  if (context.dryRun && context.end.status === "cancelled") return dryRunLines(context.end.value, world);
  switch (context.end.status) {
    case "succeeded":
      return successLines(context, world);
    case "failed":
      return [...failures(context, world), "", ...failedLines(context, world)];
    case "cancelled":
      return [
        `${world.out.palette.yellow("■")} ${world.out.palette.bold("cancelled")} after ${spanText(context.tookMs)}`,
        ...goOn(context, world),
      ];
    case "waiting":
      return waitingLines(context, world);
  }
}

interface EndingFacts {
  readonly end: RunEnd;
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  readonly noWait: boolean;
}

/** The exit code for the end of a run. */
export function exitCodeOf({ end, interrupted, dryRun, noWait }: EndingFacts): number {
  if (end.status === "succeeded" || (dryRun && !interrupted && end.status === "cancelled")) return EXIT.ok;
  if (interrupted) return EXIT.interrupted;
  if (end.status === "waiting") return noWait ? EXIT.ok : EXIT.waiting;
  return EXIT.failed;
}

function successLines({ end, tookMs, type }: EndingContext, { out, cwd }: World): readonly string[] {
  const { palette } = out;
  const value = showValue(end.value, { palette, width: out.size().width - 2, cwd, type });
  return [
    `${palette.green("✓")} ${palette.bold("succeeded")} in ${spanText(tookMs)}`,
    "",
    ...value.map((line) => `  ${line}`),
  ];
}

function failures({ end, failures: log }: EndingContext, { out }: World): readonly string[] {
  const all = log.all(end);
  const whole = all
    .slice(0, MAX_WHOLE_FAILURES)
    .flatMap((failure, index) => [...(index === 0 ? [] : [""]), ...failureLines(failure, out.palette)]);
  const others = all
    .slice(MAX_WHOLE_FAILURES, MAX_FAILURES)
    .map(
      ({ job, error }) =>
        `${out.palette.red("✗")} ${error.task ?? "run"}${job === null ? "" : ` #${job}`} ${failureSummary(error)}`,
    );
  const more = all.length > MAX_FAILURES ? [out.palette.dim(`… and ${all.length - MAX_FAILURES} more`)] : [];
  return [...whole, ...others, ...more];
}

function failedLines(context: EndingContext, world: World): readonly string[] {
  const { red, bold } = world.out.palette;
  const word = context.end.error?.kind === "rejected" ? "rejected" : "failed";
  return [
    `${red("✗")} ${bold(word)} after ${spanText(context.tookMs)}; what was finished is kept for the next run`,
    ...goOn(context, world),
  ];
}

function waitingLines(
  { run, openGates, interrupted, tookMs, at }: EndingContext,
  { out }: World,
): readonly string[] {
  const { yellow, bold, dim } = out.palette;
  const goesOn = at !== "";
  const word = openGates.length > 0 ? "waiting" : goesOn ? "not followed any more" : "interrupted";
  const decide = openGates.flatMap((gate) => decisionCommands(gate, openGates, at));
  const steps = [...decide, `ligase resume ${shortId(run)}${at}`];
  const kept = goesOn ? "it goes on at the server" : "what was finished is kept";
  const after = interrupted ? ` after ${spanText(tookMs)}; ${kept}` : "";
  return [`${yellow("■")} ${bold(word)}${after}`, ...steps.map((step) => dim(`  ${step}`))];
}

function goOn({ run, at }: EndingContext, { out }: World): readonly string[] {
  return [
    out.palette.dim(`  ligase show ${shortId(run)}${at}`),
    out.palette.dim(`  ligase resume ${shortId(run)}${at}`),
  ];
}

/** A dry run ends with the jobs that would run; those that only they make known are not in it. */
function dryRunLines(report: unknown, { out }: World): readonly string[] {
  const jobs = report as readonly Pick<JobRecord, "task" | "reason">[];
  const { bold, dim } = out.palette;
  const counts = new Map<string, number>();
  for (const { task, reason } of jobs) {
    const key = `${task}\n${reasonText(reason)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts].map(([key, count]) => [...key.split("\n"), count === 1 ? "" : `${count} jobs`]);
  const title = `${bold("dry run")}: ${jobs.length} ${jobs.length === 1 ? "job" : "jobs"} would run now, and what depends on them`;
  return [
    title,
    ...textTable([{ title: "" }, { title: "" }, { title: "" }], rows).map((line) =>
      dim(`  ${printableLine(line)}`),
    ),
  ];
}
