import type { GateRecord, Progress, RunEvent } from "@ligase/engine";
import { endingLines, type EndingContext } from "../output/ending.ts";
import { Estimate } from "../output/estimate.ts";
import { failureSummary } from "../output/failure.ts";
import { changedLine, closedLine, gateLines, howToDecide, isChange } from "../output/gate-text.ts";
import { spanText } from "../output/human-time.ts";
import { LiveArea } from "../output/live-area.ts";
import { progressTable } from "../output/progress-table.ts";
import { shortId } from "../output/run-names.ts";
import type { World } from "../world.ts";
import type { RunView, ViewedEnd, ViewedRun } from "./run-view.ts";

/** Below this a guess is not worth a figure. */
const FEW_SECONDS_MS = 5_000;

/** A run on a terminal: a table that stays in its place, and above it only what somebody should read. */
export class TableView implements RunView {
  readonly #world: World;
  readonly #failures: ViewedRun["failures"];
  readonly #at: string;
  readonly #area: LiveArea;
  readonly #estimate = new Estimate();
  readonly #beganAt: number;
  #run = "";
  #name = "";

  constructor(world: World, { failures, at }: ViewedRun) {
    this.#world = world;
    this.#failures = failures;
    this.#at = at;
    this.#area = new LiveArea(world.out);
    this.#beganAt = world.now();
  }

  begin(run: { readonly id: string }, name: string): void {
    this.#run = run.id;
    this.#name = name;
  }

  event(event: RunEvent): void {
    this.#estimate.note(event, this.#world.now());
    const { dim, yellow } = this.#palette;
    if (event.kind === "job-retried")
      this.#area.print([
        `${yellow("↻")} ${event.task} ${dim(`#${event.job}`)} ${failureSummary(event.error)}; attempt ${event.attempt} follows`,
      ]);
    if (event.kind === "gate-closed") this.#area.print([closedLine(event.gate, this.#palette)]);
    if (isChange(event)) {
      const options = { palette: this.#palette, now: this.#world.now() };
      this.#area.print([changedLine(event.kind, event.gate, options)]);
    }
  }

  tick(progress: Progress, asking: readonly string[]): void {
    this.#area.draw([
      "",
      this.#headline(),
      "",
      ...this.#table(progress, asking.length),
      "",
      this.#footer(progress),
      ...asking,
    ]);
  }

  note(text: string): void {
    this.#area.print([`${this.#palette.yellow("!")} ${text}`]);
  }

  waitsFor(gate: GateRecord, gates: readonly GateRecord[]): void {
    const { out, cwd } = this.#world;
    const options = { palette: out.palette, width: out.size().width, cwd, now: this.#world.now() };
    this.#area.print([
      ...gateLines(gate, options),
      ...howToDecide(gate, gates, { palette: out.palette, at: this.#at }),
    ]);
  }

  end({ end, progress, interrupted, dryRun, type }: ViewedEnd): void {
    this.#area.clear();
    const { out } = this.#world;
    const table = progressTable(progress, { width: out.size().width, palette: out.palette });
    const context: EndingContext = {
      run: this.#run,
      end,
      interrupted,
      dryRun,
      type,
      failures: this.#failures,
      tookMs: this.#world.now() - this.#beganAt,
      openGates: progress.openGates,
      at: this.#at,
    };
    const lines = ["", this.#headline(), "", ...table, "", ...endingLines(context, this.#world)];
    out.write(`${lines.join("\n")}\n`);
  }

  get #palette() {
    return this.#world.out.palette;
  }

  #headline(): string {
    return `${this.#palette.bold(this.#name)}  ${this.#palette.dim(`run ${shortId(this.#run)}`)}`;
  }

  #table(progress: Progress, taken: number): readonly string[] {
    const { width, height } = this.#world.out.size();
    // Headline, footer, header, ALL and the empty lines around them.
    // The last column stays empty: a terminal that is written full to it may begin a new row.
    return progressTable(progress, {
      width: width - 1,
      maxRows: Math.max(3, height - taken - 9),
      palette: this.#palette,
    });
  }

  #footer(progress: Progress): string {
    const elapsed = spanText(this.#world.now() - this.#beganAt);
    const leftMs = this.#estimate.leftMs(progress.tasks, this.#world.now());
    const left =
      leftMs === null
        ? ""
        : `  ${leftMs < FEW_SECONDS_MS ? "a few seconds" : `about ${spanText(leftMs)}`} left`;
    const waits =
      progress.openGates.length === 0
        ? ""
        : `  ${progress.openGates.length} open ${progress.openGates.length === 1 ? "gate" : "gates"}`;
    return this.#palette.dim(`elapsed ${elapsed}${left}${waits}`);
  }
}
