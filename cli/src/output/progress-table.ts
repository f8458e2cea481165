import type { Progress, TaskCounts } from "@ligase/engine";
import type { Palette } from "./palette.ts";
import { progressBar } from "./progress-bar.ts";
import { cutTo, padTo } from "./visible-text.ts";

export interface TableOptions {
  /** Characters in a line. */
  readonly width: number;
  /** Rows of tasks at most; those that matter least now are summed up in one line. Default: all. */
  readonly maxRows?: number;
  readonly palette: Palette;
}

const COLUMNS = ["pending", "running", "waiting", "failed", "cached", "done", "total"] as const;
type ColumnName = (typeof COLUMNS)[number];

const SHORT_TITLES: Readonly<Record<ColumnName, string>> = {
  pending: "pend",
  running: "run",
  waiting: "wait",
  failed: "fail",
  cached: "cache",
  done: "done",
  total: "total",
};

/** A task's name is worth more than a column of zeros down to here, and is cut no shorter than to the least. */
const MIN_NAME = 12;
const LEAST_NAME = 4;
const MIN_BAR = 8;
const MAX_BAR = 24;

/** The table of a run: a line per task with its jobs by state, and a last line for all of them. */
export function progressTable(progress: Pick<Progress, "tasks">, options: TableOptions): readonly string[] {
  const { palette } = options;
  const all = sumOf(progress.tasks);
  const { shown, hidden } = chooseRows(progress.tasks, options.maxRows ?? Infinity);
  const layout = layoutFor([...shown, all], options.width);
  return [
    headerLine(layout, palette),
    ...shown.map((counts) => line(counts, layout, palette)),
    ...(hidden === 0 ? [] : [palette.dim(`… and ${hidden} more ${hidden === 1 ? "task" : "tasks"}`)]),
    line(all, layout, palette, palette.bold),
  ];
}

/** The jobs of all tasks together, under the name ALL. */
export function sumOf(tasks: readonly TaskCounts[]): TaskCounts {
  const sum = (column: ColumnName): number => tasks.reduce((total, counts) => total + counts[column], 0);
  return {
    task: "ALL",
    pending: sum("pending"),
    running: sum("running"),
    waiting: sum("waiting"),
    failed: sum("failed"),
    cached: sum("cached"),
    done: sum("done"),
    total: sum("total"),
  };
}

/** Where there is no room for all, what runs or failed is kept before what has not begun, and that before what is over. */
function chooseRows(
  tasks: readonly TaskCounts[],
  maxRows: number,
): { readonly shown: readonly TaskCounts[]; readonly hidden: number } {
  if (tasks.length <= maxRows) return { shown: tasks, hidden: 0 };
  const byWeight = tasks.toSorted((one, other) => weight(other) - weight(one));
  const kept = new Set(byWeight.slice(0, Math.max(0, maxRows - 1)));
  return { shown: tasks.filter((counts) => kept.has(counts)), hidden: tasks.length - kept.size };
}

function weight({ failed, running, waiting, pending }: TaskCounts): number {
  if (failed > 0) return 4;
  if (running > 0) return 3;
  if (waiting > 0) return 2;
  return pending > 0 ? 1 : 0;
}

interface LaidColumn {
  readonly name: ColumnName;
  readonly title: string;
  readonly width: number;
}

interface Layout {
  readonly nameWidth: number;
  readonly columns: readonly LaidColumn[];
  /** 0 where there is no room for a bar. */
  readonly barWidth: number;
}

/** Where there is little room titles are short, then the bar goes, then columns in which nothing stands, then names are cut. */
function layoutFor(rows: readonly TaskCounts[], width: number): Layout {
  const wanted = Math.max(MIN_NAME, ...rows.map(({ task }) => task.length));
  const used = COLUMNS.filter((name) => name === "total" || rows.some((counts) => counts[name] > 0));
  const lay = (names: readonly ColumnName[], titleOf: (name: ColumnName) => string): Layout => {
    const columns = names.map((name) => ({
      name,
      title: titleOf(name),
      width: columnWidth(rows, name, titleOf(name)),
    }));
    const rest = width - columns.reduce((sum, column) => sum + column.width + 2, 0);
    const nameWidth = Math.max(LEAST_NAME, Math.min(wanted, rest));
    const room = rest - nameWidth - 2;
    return { nameWidth, columns, barWidth: room < MIN_BAR ? 0 : Math.min(room, MAX_BAR) };
  };
  const roomy = lay(COLUMNS, (name) => name);
  if (roomy.nameWidth >= wanted && roomy.barWidth > 0) return roomy;
  const short = lay(COLUMNS, (name) => SHORT_TITLES[name]);
  return short.nameWidth >= MIN_NAME ? short : lay(used, (name) => SHORT_TITLES[name]);
}

function columnWidth(rows: readonly TaskCounts[], column: ColumnName, title: string): number {
  return Math.max(title.length, ...rows.map((counts) => String(counts[column]).length));
}

function headerLine({ nameWidth, columns }: Layout, { dim }: Palette): string {
  const cells = columns.map(({ title, width }) => padTo(title, width, "start"));
  return dim([padTo("task", nameWidth), ...cells].join("  "));
}

function line(
  counts: TaskCounts,
  layout: Layout,
  palette: Palette,
  emphasis: (text: string) => string = (text) => text,
): string {
  const cells = layout.columns.map(({ name, width }) => cell(counts[name], name, width, palette));
  const bar = layout.barWidth === 0 ? [] : [progressBar(counts, layout.barWidth, palette)];
  const task = emphasis(padTo(cutTo(counts.task, layout.nameWidth), layout.nameWidth));
  return [task, ...cells, ...bar].join("  ");
}

function cell(count: number, column: ColumnName, width: number, palette: Palette): string {
  const text = padTo(count === 0 && column !== "total" ? "·" : String(count), width, "start");
  if (count === 0) return palette.dim(text);
  switch (column) {
    case "failed":
      return palette.red(text);
    case "running":
    case "waiting":
      return palette.yellow(text);
    case "done":
    case "cached":
      return palette.green(text);
    default:
      return text;
  }
}
