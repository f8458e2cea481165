import type { JobStatus } from "@ligase/engine";
import { spanText } from "./human-time.ts";
import type { Palette } from "./palette.ts";
import { shortId, silentMs, type RunState } from "./run-names.ts";

/** The status of a run in words; a run whose process is dead says so, and what to do. */
export function statusText(run: RunState, now: number, palette: Palette): string {
  const silent = silentMs(run, now);
  if (silent !== null)
    return palette.red(
      `${run.status}, no sign of life for ${spanText(silent)}: ligase resume ${shortId(run.id)}`,
    );
  return jobStatusText(run.status, palette);
}

/** A status with the colour that it has everywhere. */
export function jobStatusText(status: JobStatus, palette: Palette): string {
  switch (status) {
    case "succeeded":
    case "cached":
      return palette.green(status);
    case "failed":
      return palette.red(status);
    case "running":
    case "waiting":
    case "cancelling":
      return palette.yellow(status);
    case "queued":
    case "cancelled":
      return palette.dim(status);
  }
}
