import type { Inspect, JobCount, RunRecord } from "@ligase/engine";
import type { Watched } from "./event-topic.ts";

/** Where a run stands. */
interface RunState {
  readonly run: string;
  readonly status: RunRecord["status"];
  readonly endedAt: number | null;
  readonly error: RunRecord["error"];
  readonly jobs: readonly JobCount[];
  readonly openGates: readonly {
    readonly id: string;
    readonly name: string;
    readonly path: string;
    readonly kind: string;
  }[];
}

const OVER: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);

/** A run as its rows tell it, whichever process advances it. */
export const watchRun = (inspect: Inspect, id: string): Watched<RunState> => ({
  look() {
    const { status, endedAt, error } = inspect.run(id);
    const open = OVER.has(status) ? [] : inspect.gates(id).filter((gate) => gate.status === "open");
    const openGates = open.map(({ id: gate, name, path, kind }) => ({ id: gate, name, path, kind }));
    return { run: id, status, endedAt, error, jobs: inspect.jobCounts(id), openGates };
  },
  changes: (before, now) =>
    JSON.stringify(before) === JSON.stringify(now) ? [] : [{ type: "state", data: now }],
  document: (now) => now,
  isOver: ({ status }) => OVER.has(status),
});
