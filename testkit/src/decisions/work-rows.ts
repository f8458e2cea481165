import type { ReadRows } from "./decision-rows.ts";

/* What a store holds of the tasks that workers outside pull, read row by row. Times are those of the store's clock. */

export interface WorkRows {
  readonly tasks: readonly WorkRow[];
  readonly leases: readonly LeaseRow[];
}

export interface WorkRow {
  /** Id of its gate. */
  readonly gate: string;
  readonly run: number;
  readonly topic: string;
  readonly priority: number;
  readonly limit: number | null;
  readonly maxLost: number;
  /** `ready`, `resting`, `leased`, `aside` or `done`. */
  readonly state: string;
  readonly dueAt: number | null;
  /** How often it was leased. */
  readonly leases: number;
  readonly lost: number;
  readonly failures: number;
}

export interface LeaseRow {
  readonly gate: string;
  readonly number: number;
  readonly worker: string;
  readonly by: string;
  readonly lastsMs: number;
  readonly leasedAt: number;
  readonly endedAt: number | null;
  readonly ending: string | null;
  readonly message: string | null;
}

const TASKS = `SELECT gate, run, topic, priority, topic_limit AS "limit", max_lost AS "maxLost", state, due_at AS "dueAt",
  leases, lost, failures FROM external_task ORDER BY gate`;
const LEASES = `SELECT gate, number, worker, "by", lasts_ms AS "lastsMs", leased_at AS "leasedAt", ended_at AS "endedAt",
  ending, message FROM external_lease ORDER BY gate, number`;

export const readWork = (read: ReadRows): WorkRows => ({
  tasks: read(TASKS) as readonly WorkRow[],
  leases: read(LEASES) as readonly LeaseRow[],
});
