import type { GateRecord, Progress, RunEvent } from "@ligase/engine";
import { endingLines } from "../output/ending.ts";
import { failureSummary } from "../output/failure.ts";
import {
  changedLine,
  closedLine,
  gateLines,
  howToDecide,
  type GateTextOptions,
} from "../output/gate-text.ts";
import { clockText, spanText } from "../output/human-time.ts";
import { progressTable, sumOf } from "../output/progress-table.ts";
import type { World } from "../world.ts";
import { LineBudget } from "./line-budget.ts";
import type { RunView, ViewedEnd, ViewedRun } from "./run-view.ts";

/** A run without a terminal: a line for what happens, with the time of day; summaries where too much happens. */
export class PlainView implements RunView {
  readonly #world: World;
  readonly #failures: ViewedRun["failures"];
  readonly #at: string;
  readonly #beganAt: number;
  readonly #budget: LineBudget;
  readonly #startedAt = new Map<number, number>();
  #run = "";

  constructor(world: World, { failures, at }: ViewedRun) {
    this.#world = world;
    this.#failures = failures;
    this.#at = at;
    this.#beganAt = world.now();
    this.#budget = new LineBudget(this.#beganAt);
  }

  begin(run: { readonly id: string }, name: string): void {
    this.#run = run.id;
    this.#line("run", `${name}  ${run.id}`);
  }

  event(event: RunEvent): void {
    switch (event.kind) {
      case "job-started":
        this.#startedAt.set(event.job, this.#world.now());
        return this.#jobLine("started", jobText(event));
      case "job-ended":
        return this.#jobEnded(event);
      case "job-retried":
        return this.#line(
          "retry",
          `${jobText(event)} ${failureSummary(event.error)}; attempt ${event.attempt} follows`,
        );
      case "gate-closed":
        return this.#write([closedLine(event.gate, this.#world.out.palette)]);
      case "gate-reminded":
      case "gate-escalated":
      case "gate-handed-over":
        return this.#write([changedLine(event.kind, event.gate, this.#textOptions())]);
      case "job-progress":
      case "gate-opened":
      case "run-ended":
      case "run-left":
        return;
    }
  }

  tick(progress: Progress): void {
    if (!this.#budget.isSummaryDue(this.#world.now())) return;
    const { total, running, pending, done, cached, failed } = sumOf(progress.tasks);
    const counts = [
      `${done} done`,
      `${cached} cached`,
      `${running} running`,
      `${pending} pending`,
      ...(failed > 0 ? [`${failed} failed`] : []),
    ];
    this.#line("jobs", `${counts.join(", ")} of ${total}`);
  }

  note(text: string): void {
    this.#line("note", text);
  }

  waitsFor(gate: GateRecord, gates: readonly GateRecord[]): void {
    const options = this.#textOptions();
    this.#write([
      ...gateLines(gate, options),
      ...howToDecide(gate, gates, { palette: options.palette, at: this.#at }),
    ]);
  }

  end({ end, progress, interrupted, dryRun, type }: ViewedEnd): void {
    const tookMs = this.#world.now() - this.#beganAt;
    const table = progressTable(progress, { width: 110, palette: this.#world.out.palette });
    const ending = endingLines(
      {
        run: this.#run,
        end,
        interrupted,
        dryRun,
        type,
        failures: this.#failures,
        tookMs,
        openGates: progress.openGates,
        at: this.#at,
      },
      this.#world,
    );
    this.#write(["", ...table, "", ...ending]);
  }

  #jobEnded(event: Extract<RunEvent, { kind: "job-ended" }>): void {
    const startedAt = this.#startedAt.get(event.job);
    this.#startedAt.delete(event.job);
    const took = startedAt === undefined ? "" : ` in ${spanText(this.#world.now() - startedAt)}`;
    switch (event.status) {
      case "succeeded":
        return this.#jobLine("done", `${jobText(event)}${took}`);
      case "cached":
        return this.#jobLine("cached", jobText(event));
      case "cancelled":
        return this.#jobLine("cancelled", jobText(event));
      case "failed":
        return this.#jobLine("FAILED", `${jobText(event)} ${failureText(event)}`);
    }
  }

  /** One of many: left out when there are too many in a second. */
  #jobLine(word: string, text: string): void {
    if (this.#budget.spend(this.#world.now())) this.#line(word, text);
  }

  #textOptions(): GateTextOptions {
    const { out, cwd } = this.#world;
    return { palette: out.palette, width: 110, cwd, now: this.#world.now() };
  }

  #line(word: string, text: string): void {
    this.#write([`${clockText(this.#world.now())}  ${word.padEnd(9)} ${text}`]);
  }

  #write(lines: readonly string[]): void {
    this.#world.out.write(`${lines.join("\n")}\n`);
  }
}

/** A failure that only passes through its callers is told once. */
function failureText({ task, error }: Extract<RunEvent, { kind: "job-ended" }>): string {
  if (error === null) return "";
  return error.task === undefined || error.task === task
    ? failureSummary(error)
    : `because ${error.task} failed`;
}

const jobText = ({ task, job }: { readonly task: string; readonly job: number }): string => `${task} #${job}`;
