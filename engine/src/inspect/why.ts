import { encode, unreachable } from "@ligase/sdk/values";
import type { JobRecord } from "../model/records.ts";
import type { Store } from "../ports/store.ts";

/** Says in words why a job ran or did not: which argument, which code, which file changed. */
export function explain(store: Store, job: JobRecord, text: (row: string) => unknown): string {
  const { kind, detail = "" } = job.reason;
  switch (kind) {
    case "cached":
      return `${job.task} did not run: an equal call with the same code was recorded before, and its files are unchanged.`;
    case "uncached":
      return `${job.task} ran: it is not answered from earlier runs (cache: false, or the run computes all anew).`;
    case "new":
      return explainNew(store, job, text);
    case "code-changed":
    case "type-changed":
      return `${job.task} ran: its code changed.`;
    case "file-changed":
      return `${job.task} was looked at again: ${detail} is gone or changed.`;
    case "below-changed":
      return `${job.task} was looked at again: the code of ${detail}, which is below it, changed.`;
    case "volatile-below":
      return `${job.task} was looked at again: something below it is asked anew in every run.`;
    case "walked":
      return `${job.task} was opened because the run checks every call.`;
    case "unfinished":
      return `${job.task} was taken up where an earlier process left it.`;
    default:
      return unreachable(kind);
  }
}

/** Compares a call without an entry with the last call of its task. */
function explainNew(store: Store, job: JobRecord, text: (row: string) => unknown): string {
  const node = job.callNode === null ? null : store.calls.get(job.callNode);
  const before = store.calls.before(job);
  if (before === null) return `${job.task} ran: no call of it was recorded before.`;
  if (node === null) return `${job.task} ran: no equal call was recorded before.`;
  const changed = changedArguments(text(before.args), text(node.args));
  const code = before.taskHash === node.taskHash ? [] : ["its code changed"];
  const args = changed.length === 0 ? [] : [`${changed.join(", ")} differs from the last call of it`];
  const reasons = [...code, ...args];
  return `${job.task} ran: ${reasons.length === 0 ? "its interface or environment changed" : reasons.join("; ")}.`;
}

function changedArguments(before: unknown, now: unknown): readonly string[] {
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const part = (record: object, name: string): string => encode((record as Record<string, unknown>)[name]);
  return [...names].filter((name) => part(before, name) !== part(now, name)).toSorted();
}
