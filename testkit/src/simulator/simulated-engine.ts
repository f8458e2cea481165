import { WorldEngine, sqlStore, type Executor, type RunHandle, type Store } from "@ligase/engine/testing";
import type { Seeded } from "../kill/seeded.ts";
import type { ExecutionWatch } from "./execution-watch.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";
import { SimulatedExecutor } from "./simulated-executor.ts";
import { SimulatedFiles, type SimulatedDisk } from "./simulated-files.ts";
import type { SimulatedTime } from "./simulated-time.ts";

export interface Machine {
  readonly time: SimulatedTime;
  readonly seeded: Seeded;
  readonly faults: Faults;
  readonly database: SimulatedDatabase;
  readonly disk: SimulatedDisk;
  readonly watch: ExecutionWatch;
  readonly size: { readonly cpu: number; readonly memoryBytes: number };
  readonly limits: Readonly<Record<string, number>>;
  readonly broken: (rule: string, what: string) => void;
}

/** An engine in a process of its own on the simulated machine. */
export class SimulatedEngine {
  readonly life: Life;
  readonly engine: WorldEngine;
  /** The runs that it advances. */
  readonly handles = new Map<string, RunHandle>();
  readonly files: SimulatedFiles;

  readonly serves: boolean;

  constructor(name: string, { user, serves }: { user: string; serves: boolean }, machine: Machine) {
    const { time, seeded, disk, size, limits } = machine;
    this.life = { name, isAlive: true, pausedUntilMs: 0, isOutrun: false };
    this.serves = serves;
    const { life } = this;
    const files = new SimulatedFiles({ disk, life, time, seeded });
    this.files = files;
    const executor = (kind: string, places: number, listener: Parameters<WorldExecutors>[1]): Executor =>
      new SimulatedExecutor(kind, places, { ...machine, life, files, listener });
    this.engine = new WorldEngine(
      {
        clock: time.clockOf(life),
        store: watchedStore(life, sqlStore(machine.database.connect(life)), machine),
        files,
        executors: (_file, listener) => [
          executor("inline", 16, listener),
          executor("process", 3, listener),
          executor("local", 2, listener),
        ],
        load: () => Promise.resolve(),
        random: () => seeded.fraction(),
      },
      {
        root: "/simulated",
        user,
        serves,
        machine: { ...size, diskBytes: 2 ** 40, gpu: 0 },
        limits,
      },
    );
  }
}

type WorldExecutors = ConstructorParameters<typeof WorldEngine>[0]["executors"];

/** R11: a store that looks whether a run is written by the one who holds its lease. */
function watchedStore(life: Life, store: Store, { broken }: Machine): Store {
  const owners = new Set<string>();
  const check = (run: string, what: string): void => {
    const holder = store.runs.holder(run);
    if (holder === null || !owners.has(holder))
      broken(
        "R11",
        `${life.name} writes ${what} of a run that ${holder === null ? "nobody" : "another"} holds`,
      );
  };
  const { runs, jobs, calls, gates } = store;
  return {
    ...store,
    runs: {
      ...runs,
      lease(run, owner, lastsMs) {
        const taken = runs.lease(run, owner, lastsMs);
        if (taken) owners.add(owner);
        return taken;
      },
      move(...args) {
        check(args[0], "the status");
        runs.move(...args);
      },
    },
    jobs: {
      ...jobs,
      put(job) {
        check(job.runId, "a job");
        jobs.put(job);
      },
      putAttempt(attempt) {
        check(attempt.runId, "an attempt");
        jobs.putAttempt(attempt);
      },
    },
    calls: {
      ...calls,
      insert(call) {
        check(call.runId, "a call");
        return calls.insert(call);
      },
    },
    gates: {
      ...gates,
      insert(opened) {
        check(opened.gate.runId, "a gate");
        gates.insert(opened);
      },
    },
  };
}
