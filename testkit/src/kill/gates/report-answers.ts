import type { WorkReport } from "../../decisions/work-verdict.ts";
import type { ClientAnswer } from "./lines.ts";

/** Codes by which a report may be refused that is made with the task's own token, with their status over HTTP. */
const LATE: Readonly<Record<string, number>> = { "lease-not-held": 409, "external-task-over": 409 };
const LATE_RESULT: typeof LATE = { "lease-not-held": 409, "gate-already-resolved": 409 };
const MISFIT: typeof LATE = { ...LATE_RESULT, "signal-not-valid": 422 };

/** What a report may not be answered, in words; null for what may be. Every task of a random graph gives a number. */
export function wrongReport(report: WorkReport, { code, status }: ClientAnswer): string | null {
  const isMisfit = report.kind === "complete" && typeof report.value !== "number";
  const ok = status === undefined || status === 200;
  if (code === undefined && !isMisfit && ok) return null;
  const codes = isMisfit ? MISFIT : report.kind === "complete" ? LATE_RESULT : LATE;
  const expected = code === undefined ? undefined : codes[code];
  if (expected !== undefined && (status === undefined || status === expected)) return null;
  return `${code ?? "it counts"}${status === undefined ? "" : ` with status ${status}`}`;
}
