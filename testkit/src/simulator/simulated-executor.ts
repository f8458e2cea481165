import { encode, findTask, isFile, runJob, AttemptContext } from "@ligase/sdk/internal";
import type { JobError, JobSpec, Outcome, RunnableTask } from "@ligase/sdk/internal";
import type { Executor, ExecutorEvent, ExecutorListener } from "@ligase/engine/testing";
import type { Seeded } from "../kill/seeded.ts";
import { retriesOf, type ExecutionWatch } from "./execution-watch.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import { hungryBytes } from "./puppet-tasks.ts";
import type { SimulatedFiles } from "./simulated-files.ts";
import type { SimulatedTime } from "./simulated-time.ts";

export interface ExecutorWorld {
  readonly life: Life;
  readonly time: SimulatedTime;
  readonly seeded: Seeded;
  readonly faults: Faults;
  readonly files: SimulatedFiles;
  readonly watch: ExecutionWatch;
  readonly listener: ExecutorListener;
}

/** An executor that runs what tasks do in simulated time, and does wrong what executors do wrong. */
export class SimulatedExecutor implements Executor {
  readonly name: string;
  readonly #world: ExecutorWorld;
  readonly #size: number;
  /** Two may have one id: of a run that was stopped and goes on before its jobs have ended. */
  readonly #running = new Set<JobSpec>();
  readonly #lost = new Map<string, number>();
  /** Places that are out of order now. */
  #gone = 0;

  constructor(name: string, size: number, world: ExecutorWorld) {
    this.name = name;
    this.#size = size;
    this.#world = world;
  }

  capacity(): number {
    return Math.max(0, this.#size - this.#gone - this.#running.size);
  }

  submit(jobs: readonly JobSpec[]): void {
    const { watch, life, seeded, faults } = this.#world;
    if (jobs.length > this.capacity())
      watch.broken("R7", `${jobs.length} jobs for ${this.capacity()} places of ${this.name}`);
    for (const spec of jobs) {
      watch.submitted({ life, executor: this.name, spec });
      this.#running.add(spec);
      const startMs = seeded.chance(0.5) ? 0 : seeded.whole(1, 20);
      this.#later(startMs, "started", () => this.#tellStarted(spec));
      if (faults.strikes("double-start"))
        this.#later(startMs + 1, "started again", () => this.#tellStarted(spec));
      this.#later(startMs + this.#durationMs(), `body of ${spec.task}`, () => this.#finish(spec));
    }
    // Not at once: of one look at the capacity several lanes are filled.
    if (faults.strikes("capacity")) this.#later(0, "capacity is lost", () => this.#loseCapacity());
  }

  #durationMs(): number {
    const { seeded, faults } = this.#world;
    if (faults.strikes("late")) return seeded.whole(60_000, 7_200_000);
    return seeded.chance(0.4) ? 0 : seeded.whole(1, seeded.chance(0.2) ? 2_000 : 60);
  }

  #loseCapacity(): void {
    this.#gone = this.#size;
    this.#later(this.#world.seeded.whole(5, 500), "capacity is back", () => {
      this.#gone = 0;
      this.#world.listener([]);
    });
  }

  #later(delayMs: number, label: string, run: () => void): void {
    const { time, life } = this.#world;
    time.in(delayMs, { life, label: `${this.name}: ${label}`, run });
  }

  #tell(event: ExecutorEvent): void {
    this.#world.listener([event]);
  }

  #tellStarted({ id }: JobSpec): void {
    this.#tell({ kind: "started", id, remoteId: null, atMs: this.#world.time.now() });
  }

  #finish(spec: JobSpec): void {
    if (!this.#running.has(spec)) return;
    const outcome = this.#outcomeOf(spec);
    if (!(outcome instanceof Promise)) return this.#end(spec, outcome);
    void outcome.then((known) => this.#later(0, `outcome of ${spec.task}`, () => this.#end(spec, known)));
  }

  #end(spec: JobSpec, outcome: Outcome): void {
    const { faults, seeded, watch, time, life } = this.#world;
    if (!this.#running.delete(spec)) return;
    watch.ended(life, spec, outcome);
    const ended = { kind: "ended", id: spec.id, outcome, atMs: time.now() } as const;
    this.#tell(ended);
    if (faults.strikes("double-outcome"))
      this.#later(seeded.whole(0, 50), "outcome again", () => this.#tell(ended));
    if (faults.strikes("late-progress"))
      this.#later(seeded.whole(0, 50), "progress after the end", () =>
        this.#tell({ kind: "progress", id: spec.id, fraction: 0.5, message: null }),
      );
  }

  #outcomeOf(spec: JobSpec): Outcome | Promise<Outcome> {
    if (this.#isLost(spec)) return failed("infrastructure", "the node is gone");
    if (spec.work.kind === "script") return this.#script(spec.work.script);
    const definition = findTask(spec.task) as unknown as RunnableTask;
    if (spec.task === "sim.hungry" && isTooSmall(spec, spec.work.argsText))
      return failed("resource", "out of memory");
    return runJob(definition, { argsText: spec.work.argsText, context: this.#context(spec) });
  }

  /** A job is lost as often as its retries can bear. */
  #isLost({ folder, task }: JobSpec): boolean {
    const job = folder.replace(/-\d+$/, "");
    const lost = this.#lost.get(job) ?? 0;
    if (lost >= Math.min(2, retriesOf(task) ?? 2) || !this.#world.faults.strikes("lost")) return false;
    this.#lost.set(job, lost + 1);
    return true;
  }

  #context(spec: JobSpec): AttemptContext {
    return new AttemptContext(spec, {
      report: () => undefined,
      identify: (value) => this.#world.files.identify(value),
      groups: { started: () => undefined, ended: () => undefined },
    });
  }

  #script({ command, inputs }: Extract<JobSpec["work"], { kind: "script" }>["script"]): Outcome {
    const { files } = this.#world;
    const [program, argument = ""] = command.split(" ");
    if (program === "print") return succeeded(files.keep(argument, "printed.txt"));
    const source = inputs[0]?.source;
    const content = isFile(source) ? files.contentOf(source) : null;
    return content === null ? failed("infrastructure", "the input is gone") : succeeded(Number(content));
  }

  adopt(jobs: readonly JobSpec[]): Promise<readonly string[]> {
    return Promise.resolve(jobs.map(({ id }) => id));
  }

  cancel(ids: readonly string[], graceMs: number): void {
    const { faults, seeded } = this.#world;
    for (const spec of this.#running) {
      if (!ids.includes(spec.id)) continue;
      const waitMs = faults.strikes("cancel-ignored")
        ? graceMs + seeded.whole(0, 5_000)
        : seeded.whole(0, 20);
      this.#later(waitMs, `cancelled ${spec.task}`, () =>
        this.#end(spec, failed("cancelled", "it was cancelled")),
      );
    }
  }

  close(): Promise<void> {
    for (const spec of this.#running) this.#world.watch.dropped(this.#world.life, spec);
    this.#running.clear();
    return Promise.resolve();
  }
}

const isTooSmall = ({ resources }: JobSpec, argsText: string): boolean =>
  resources.memoryBytes < hungryBytes(Number(/-?\d+/.exec(argsText.replace(/^[^{]*/, ""))?.[0] ?? 0));

const usage = { wallMs: 0 };

const succeeded = (value: unknown): Outcome => ({
  ok: true,
  result: { kind: "value", text: encode(value, { locations: true }) },
  usage,
  decks: [],
});

const failed = (kind: JobError["kind"], message: string): Outcome => ({
  ok: false,
  error: { kind, name: "Error", message },
  usage,
  decks: [],
});
