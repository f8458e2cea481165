import { isLigaseError, LigaseError } from "@ligase/sdk";
import { encode } from "@ligase/sdk/internal";
import { openEngineWith } from "@ligase/engine/testing";
import type { Engine, EngineOptions, LaunchOptions, RunHandle } from "@ligase/engine/testing";
import { systemClock } from "@ligase/engine/testing";
import { faultyStore, type FaultOptions, type FaultyStore } from "./fault-store.ts";

/*
 * A process that opens an engine, imports a user's file, runs something of it and writes what came of it as one line of
 * JSON. Its one argument is a `RunRequest`. A changed file needs a new process, for a module is imported once.
 */

export interface RunRequest extends EngineOptions, Omit<LaunchOptions, "args"> {
  readonly args?: unknown;
  /** Goes on with the newest run of the store when it has not succeeded; launches when there is none. */
  readonly resume?: boolean;
  /** Interrupts the run when its first gate opens. */
  readonly leaveAtGate?: boolean;
  /** Takes over what a dead engine left, and ends with the first of it. */
  readonly takeOver?: boolean;
  /** Dies by SIGKILL in the n-th write to the store. */
  readonly dieInWrite?: number;
  /** The disk of the store is full from the n-th write on. */
  readonly fullFromWrite?: number;
  /** False leaves the list of jobs out of the report: its counts are enough of a large run. */
  readonly withJobs?: boolean;
  /** How far the engine's clock is ahead of the machine's: the lease of a process that died is over. */
  readonly clockAheadMs?: number;
}

export interface RunReport {
  readonly run: string;
  readonly status: string;
  /** In stored form; of a dry run what would run, with the reasons. */
  readonly valueText: string;
  /** As the run's handle told it. */
  readonly error: {
    readonly kind: string;
    readonly message: string;
    readonly code?: string;
    readonly details?: Readonly<Record<string, unknown>>;
  } | null;
  readonly jobs: readonly ReportedJob[];
  /** Jobs by task and state, those with none left out. */
  readonly counts: readonly (readonly [task: string, state: string, count: number])[];
  readonly writes: number;
  /** Largest resident memory of the process. */
  readonly peakMiB: number;
}

export interface ReportedJob {
  readonly number: number;
  readonly task: string;
  readonly status: string;
  readonly reason: string;
  readonly why: string;
}

/** What was thrown in place of a run. */
export interface Refusal {
  readonly refused: { readonly code: string; readonly message: string; readonly remedy: string };
}

const request = JSON.parse(process.argv[2] ?? "{}") as RunRequest;
process.stdout.write(`${JSON.stringify(await runOrRefuse(request))}\n`);

async function runOrRefuse(asked: RunRequest): Promise<RunReport | Refusal> {
  try {
    return await run(asked);
  } catch (error) {
    if (!isLigaseError(error)) throw error;
    const { code, message, remedy } = error;
    return { refused: { code, message, remedy } };
  }
}

async function run(asked: RunRequest): Promise<RunReport> {
  let store: FaultyStore | null = null;
  const engine = openEngineWith(asked, {
    clock: clockAhead(asked.clockAheadMs ?? 0),
    wrapStore: (whole) => (store = faultyStore(whole, faultOf(asked))),
  });
  try {
    await engine.load(asked.file);
    const { id, ...end } = await runToEnd(engine, asked);
    const writes = (store as FaultyStore | null)?.writes() ?? 0;
    const peakMiB = process.resourceUsage().maxRSS / 1024;
    return { run: id, ...end, jobs: asked.withJobs === false ? [] : jobsOf(engine, id), writes, peakMiB };
  } finally {
    await engine.close();
  }
}

function faultOf({ root = "", dieInWrite, fullFromWrite }: RunRequest): FaultOptions {
  const die = (): void => {
    process.kill(process.pid, "SIGKILL");
  };
  if (dieInWrite !== undefined) return { fromWrite: dieInWrite, strike: die };
  const full = (): never => {
    throw new LigaseError("store-disk-full", { path: root });
  };
  return { fromWrite: fullFromWrite ?? 0, strike: full };
}

async function begin(engine: Engine, asked: RunRequest, resumed: string | undefined): Promise<RunHandle> {
  if (asked.takeOver === true) {
    const [taken] = (await engine.takeOver()).handles;
    if (taken === undefined) throw new Error("There is nothing to take over.");
    return taken;
  }
  if (resumed !== undefined) return engine.resume(resumed);
  return engine.launch({ ...asked, args: asked.args ?? {} });
}

type Ended = Pick<RunReport, "status" | "error" | "counts" | "valueText"> & { readonly id: string };

async function runToEnd(engine: Engine, asked: RunRequest): Promise<Ended> {
  const [newest] = asked.resume === true ? engine.inspect.runs({ limit: 1 }) : [];
  if (newest?.status === "succeeded") {
    return {
      id: newest.id,
      status: newest.status,
      error: null,
      counts: [],
      valueText: storedForm(engine.inspect.value(newest.id)),
    };
  }
  const handle = await begin(engine, asked, newest?.id);
  if (asked.leaveAtGate === true)
    handle.subscribe((event) => event.kind === "gate-opened" && handle.interrupt());
  const { status, error, value } = await handle.ended;
  const states = ["pending", "running", "waiting", "failed", "cached", "done"] as const;
  const counts = handle
    .progress()
    .tasks.flatMap((task) => states.map((state) => [task.task, state, task[state]] as const));
  return {
    id: handle.id,
    status,
    error,
    counts: counts.filter(([, , count]) => count > 0),
    valueText: storedForm(value),
  };
}

function storedForm(value: unknown): string {
  return encode(value ?? null, { locations: true });
}

function jobsOf(engine: Engine, id: string): readonly ReportedJob[] {
  return engine.inspect.jobs(id).map(({ number, task, status, reason }) => {
    return { number, task, status, reason: reason.kind, why: engine.inspect.why(id, number) };
  });
}

function clockAhead(ms: number): typeof systemClock {
  return {
    ...systemClock,
    now: () => systemClock.now() + ms,
    at: (atMs, callback) => systemClock.at(atMs - ms, callback),
  };
}
