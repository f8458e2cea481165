import type { TaskCounts } from "@ligase/engine";
import type { Palette } from "./palette.ts";

const EMPTY = "·";
const FULL = "━";

/** A bar of `width` characters: finished green, failed red, running yellow, the rest a dotted line. */
export function progressBar(counts: TaskCounts, width: number, palette: Palette): string {
  const { failed, cached, done, running, waiting, total } = counts;
  if (total === 0) return palette.dim(EMPTY.repeat(width));
  const ends = [done + cached, done + cached + failed, done + cached + failed + running + waiting];
  const [good = 0, bad = 0, busy = 0] = ends.map((end) => Math.floor((end / total) * width));
  return [
    palette.green(FULL.repeat(good)),
    palette.red(FULL.repeat(bad - good)),
    palette.yellow("╍".repeat(busy - bad)),
    palette.dim(EMPTY.repeat(width - busy)),
  ].join("");
}
