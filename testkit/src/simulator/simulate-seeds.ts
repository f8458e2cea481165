import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Area } from "./faults.ts";

/** What one worker does. */
export interface SeedsTask {
  readonly from: number;
  /** Seeds of the range; the worker takes every n-th. */
  readonly count: number;
  readonly every: number;
  readonly areas: readonly Area[];
  /** Host time after which no further seed is begun; null for none. */
  readonly untilMs: number | null;
}

/** What a worker says. */
export type SeedsReport =
  | { readonly kind: "broken"; readonly seed: number; readonly rule: string; readonly what: string }
  | { readonly kind: "end"; readonly seeds: number; readonly steps: number; readonly executions: number };

export type BrokenSeed = Extract<SeedsReport, { kind: "broken" }>;

export interface SeedsResult {
  readonly broken: readonly BrokenSeed[];
  readonly seeds: number;
  readonly steps: number;
  readonly executions: number;
  readonly wallMs: number;
}

export interface SeedsOptions extends Pick<SeedsTask, "from" | "count" | "areas"> {
  readonly workers: number;
  /** Host milliseconds after which no further seed is begun; default none. */
  readonly limitMs?: number;
  /** Ends with the first seed that breaks a rule; default false. */
  readonly stopsAtFirst?: boolean;
  /** The worker's file, when it is not that of this repository. */
  readonly workerFile?: string;
}

const WORKER = fileURLToPath(new URL("seeds-worker.ts", import.meta.url));

/** Simulates a range of seeds in several host processes. Rejects when one of them dies. */
export async function simulateSeeds(options: SeedsOptions): Promise<SeedsResult> {
  const { from, count, areas, workers, limitMs, stopsAtFirst = false, workerFile = WORKER } = options;
  const startedMs = Date.now();
  const untilMs = limitMs === undefined ? null : startedMs + limitMs;
  const abort = new AbortController();
  const broken: BrokenSeed[] = [];
  const totals = { seeds: 0, steps: 0, executions: 0 };
  const take = (report: SeedsReport): void => {
    if (report.kind === "broken") {
      broken.push(report);
      if (stopsAtFirst) abort.abort();
      return;
    }
    totals.seeds += report.seeds;
    totals.steps += report.steps;
    totals.executions += report.executions;
  };
  const shares = Array.from({ length: workers }, (_, index) => ({
    task: { from: from + index, count: count - index, every: workers, areas, untilMs },
    workerFile,
    signal: abort.signal,
  }));
  await Promise.all(shares.map((share) => work(share, take)));
  return { broken: broken.toSorted((a, b) => a.seed - b.seed), ...totals, wallMs: Date.now() - startedMs };
}

interface Share {
  readonly task: SeedsTask;
  readonly workerFile: string;
  readonly signal: AbortSignal;
}

function work({ task, workerFile, signal }: Share, take: (report: SeedsReport) => void): Promise<void> {
  const child = spawn(process.execPath, ["--no-warnings", workerFile, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => take(JSON.parse(line) as SeedsReport));
  signal.addEventListener("abort", () => child.kill("SIGKILL"));
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code === 0 || signal.aborted) resolve();
      else reject(new Error(`A simulating process ended with ${code}.`));
    });
  });
}
