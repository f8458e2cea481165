import type { Engine, JobCount, RunRecord, TaskCounts } from "@ligase/engine";
import type { Watched } from "./event-topic.ts";

/** Where a run stands. */
export interface RunState {
  readonly run: string;
  readonly status: RunRecord["status"];
  readonly endedAt: number | null;
  readonly error: RunRecord["error"];
  /** Of a run that is advanced here also those that are not recorded yet. */
  readonly jobs: readonly JobCount[];
  readonly openGates: readonly {
    readonly id: string;
    readonly name: string;
    readonly path: string;
    readonly kind: string;
    /** What became of it since it opened: how often who decides it was reminded, and it was given to others. */
    readonly reminded: number;
    readonly isEscalated: boolean;
    readonly handedOver: number;
  }[];
}

const OVER: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);

/** A run as its rows tell it, whichever process advances it. */
export const watchRun = (engine: Pick<Engine, "inspect" | "progress">, id: string): Watched<RunState> => ({
  look() {
    const { inspect } = engine;
    const { status, endedAt, error } = inspect.run(id);
    const open = OVER.has(status) ? [] : inspect.gates(id).filter((gate) => gate.status === "open");
    const openGates = open.map(({ id: gate, name, path, kind, reminded, isEscalated, deciders }) => {
      const handedOver = deciders?.handedOver?.length ?? 0;
      return { id: gate, name, path, kind, reminded, isEscalated, handedOver };
    });
    const jobs = engine.progress(id)?.tasks.flatMap(jobCounts) ?? inspect.jobCounts(id);
    return { run: id, status, endedAt, error, jobs, openGates };
  },
  changes: (before, now) =>
    JSON.stringify(before) === JSON.stringify(now) ? [] : [{ type: "state", data: now }],
  document: (now) => now,
  isOver: ({ status }) => OVER.has(status),
});

/** The status that a job has in a state of the counts. */
const STATUS = {
  pending: "queued",
  running: "running",
  waiting: "waiting",
  failed: "failed",
  cached: "cached",
  done: "succeeded",
} as const;

const jobCounts = ({ task, ...counts }: TaskCounts): readonly JobCount[] =>
  Object.entries(STATUS)
    .map(([state, status]) => ({ task, status, count: counts[state as keyof typeof STATUS] }))
    .filter(({ count }) => count > 0);
