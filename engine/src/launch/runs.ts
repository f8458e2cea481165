import { join, resolve } from "node:path";
import { isLigaseError, LigaseError } from "@ligase/sdk";
import { allTasks, findTask } from "@ligase/sdk/internal";
import { toJobErrorData } from "../scheduler/failure.ts";
import type { Person } from "../model/person.ts";
import type { Progress, RunEvent } from "../model/progress.ts";
import { hasEnded } from "../model/states.ts";
import { uuidv7 } from "../model/uuid.ts";
import type { LaunchOptions, RunHandle, RunsListener, TakenOver } from "../ports/engine.ts";
import type { NewRun, Store, StoredRun } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import type { Machine } from "../scheduler/admission.ts";
import { secretFromEnvironment } from "../scheduler/attempt.ts";
import { Claims } from "../scheduler/claims.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { boundArguments, reboundArguments } from "./arguments.ts";
import { cancelFromOutside, closeUnled } from "./cancel-run.ts";
import { DurableGroup } from "./durable-group.ts";
import { launchOnce, refuseLaunchedBefore } from "./launch-key.ts";
import { isGone } from "./lease-owner.ts";
import { removeUnrecorded } from "./leftover-folders.ts";
import { ParkedRuns } from "./parked-runs.ts";
import {
  changedTasks,
  codeFolder,
  presentCode,
  refuseChangedCode,
  type PresentCode,
} from "./present-code.ts";
import { ActiveRunHandle } from "./run-handle.ts";
import { RunKeeper } from "./run-keeper.ts";
import { keptOptions, optionsOf, RunStarter, type Start } from "./run-starter.ts";

export interface RunsOptions {
  /** Folder below which attempts work and the hashes of code are kept. */
  readonly root: string;
  readonly machine: Machine;
  readonly limits: Readonly<Record<string, number>>;
  /** It advances all runs of the files that it loads, and those that only wait leave memory. Default false. */
  readonly serves?: boolean;
}

/** Runs that are taken over at a time. */
const TAKEN_OVER = 100;
/** A run with one of these stays as it is until its code is there again, or somebody resumes it. */
const IS_OTHER_CODE: ReadonlySet<string> = new Set(["code-changed", "code-edited", "task-not-found"]);

/** The runs that this engine advances: launched, gone on with, taken over, or woken. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #world: World;
  readonly #store: Store;
  readonly #scheduler: Scheduler;
  readonly #starter: RunStarter;
  readonly #keeper: RunKeeper;
  readonly #launched: DurableGroup;
  /** Of an engine that serves. */
  readonly #parked: ParkedRuns | null;
  readonly #codes = new Map<string, PresentCode>();
  readonly #listeners = new Set<RunsListener>();
  readonly #toldLeft = new Set<string>();

  constructor(world: World, options: RunsOptions) {
    this.#world = world;
    this.#store = world.store;
    this.#options = options;
    const claims = new Claims(world.store);
    const serves = options.serves ?? false;
    this.#keeper = new RunKeeper(world, { claims, parks: serves });
    this.#parked = serves
      ? new ParkedRuns({
          ...partsOf(world),
          wake: (runs) => this.#wake(runs),
          takeOver: () => this.#takeOverOurs(),
        })
      : null;
    this.#launched = new DurableGroup(world);
    this.#scheduler = new Scheduler({
      ...options,
      ...partsOf(world),
      random: () => world.random(),
      claims,
      place: { workRoot: this.#workRoot, secret: secretFromEnvironment },
    });
    this.#starter = new RunStarter(world, this.#scheduler);
  }

  subscribe(listener: RunsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async load(file: string): Promise<void> {
    await this.#world.load(file);
    this.#parked?.serve(file);
  }

  /** `also` is part of the transaction that makes the run; what it throws, there is no run for. */
  async launch(launch: LaunchOptions, by: Person, also?: (run: string) => void): Promise<RunHandle> {
    const definition = findTask(launch.name);
    if (definition === undefined)
      throw new LigaseError("not-runnable", { name: launch.name, file: launch.file, known: knownNames() });
    const { once } = launch;
    if (once !== undefined) refuseLaunchedBefore(this.#store.runs, once);
    const args = await boundArguments(definition, launch.args, this.#world.files);
    const { code, bundle } = this.#presentCode(launch.name);
    const { name, tags = {} } = launch;
    const file = resolve(launch.file);
    const run = this.#newRun(
      { name, file, tags, args, bundle, options: keptOptions(launch), parent: null },
      by,
    );
    const handle = this.#handleOf(run.id, launch.dryRun);
    const write = (): void => {
      also?.(run.id);
      if (once !== undefined) launchOnce(this.#store.runs, once, run.id);
      this.#store.runs.insert(run);
      handle.take();
    };
    // What may be refused takes no other launch with it.
    if (also === undefined && once === undefined) await this.#launched.write(write);
    else this.#store.commit("durable", write);
    return this.#start({ run: this.#stored(run.id), code, handle, options: launch, isResumed: false });
  }

  /** Goes on with a run; with other code as a new run (C22). */
  async resume(run: StoredRun, by: Person): Promise<RunHandle> {
    if (run.status === "succeeded") throw new LigaseError("run-ended", { run: run.id, status: run.status });
    if (this.#scheduler.isEnding(run.id)) throw new LigaseError("run-busy", { run: run.id });
    await this.#world.load(run.file);
    const present = this.#presentCode(run.name);
    const isChanged = changedTasks(this.#store, run, present).length > 0;
    return isChanged ? this.#resumeAnew(run, present, by) : this.#resumeHere(run, present);
  }

  /** Goes on with the runs whose engine died or left them (R11). */
  async takeOver(): Promise<TakenOver> {
    const handles: RunHandle[] = [];
    const left: { run: string; error: LigaseError }[] = [];
    const { runs } = this.#store;
    // Nobody has to wait until the lease of one that is seen to be gone is over.
    const gone = runs.led(TAKEN_OVER).filter(({ owner }) => isGone(owner));
    for (const id of [...runs.unled(TAKEN_OVER), ...gone.map((run) => run.id)]) {
      // After a sleep of this machine it may be one of its own, which the next sign of life keeps or gives up.
      if (this.#keeper.get(id) !== undefined || this.#scheduler.isEnding(id)) continue;
      const run = this.#stored(id);
      // An engine that serves goes on with the runs of the files that it was given.
      if (this.#parked?.isServed(run.file) === false) continue;
      try {
        await this.#world.load(run.file);
        handles.push(this.#resumeHere(run, this.#presentCodeFor(run)));
      } catch (error) {
        if (!isLigaseError(error)) throw error;
        // Another engine was first.
        if (error.code !== "run-busy") left.push({ run: id, error });
      }
    }
    return { handles, left };
  }

  async #takeOverOurs(): Promise<void> {
    const { left } = await this.takeOver();
    for (const { run, error } of left) this.#tellLeft(run, error);
  }

  /** Has a run find at once what was just written about its gates. */
  heed(run: string): void {
    const handle = this.#keeper.get(run);
    if (handle === undefined) this.#parked?.look();
    else handle.refresh();
  }

  progress(run: string): Progress | null {
    return this.#keeper.get(run)?.progress() ?? null;
  }

  /** Cancels a run, here or by asking whoever advances it. */
  cancel(run: StoredRun): void {
    const handle = this.#keeper.get(run.id);
    if (handle !== undefined) return handle.cancel();
    cancelFromOutside(this.#store, run, this.#world.clock.now());
  }

  /** Leaves the runs as their rows are, to be resumed. */
  async close(): Promise<void> {
    this.#parked?.close();
    this.#scheduler.close();
    await this.#starter.close();
    this.#keeper.leave();
  }

  /** Folder below which each attempt has its own. */
  get #workRoot(): string {
    return join(this.#options.root, "work");
  }

  #stored(id: string): StoredRun {
    return this.#store.runs.get(id) as StoredRun;
  }

  #newRun(run: Omit<NewRun, "id" | "user" | "createdAt">, by: Person): NewRun {
    const createdAt = this.#world.clock.now();
    return { ...run, id: uuidv7(createdAt), user: by.name, createdAt };
  }

  #handleOf(id: string, dryRun = false): ActiveRunHandle {
    const handle: ActiveRunHandle = new ActiveRunHandle({
      id,
      ...partsOf(this.#world),
      dryRun,
      over: ({ status }) => {
        this.#keeper.remove(handle);
        // It may have been decided while it left.
        if (status === "waiting") this.#parked?.look();
      },
      waits: (isWaiting) => this.#keeper.waits(handle, isWaiting),
      emit: (event) => this.#emit(id, event),
    });
    return handle;
  }

  #emit(run: string, event: RunEvent): void {
    for (const listener of this.#listeners) listener(run, event);
  }

  #start(start: Start): RunHandle {
    this.#starter.start(start);
    this.#keeper.add(start.handle);
    return start.handle;
  }

  #resumeHere(run: StoredRun, present: PresentCode): RunHandle {
    const handle = this.#handleOf(run.id);
    this.#store.commit("durable", () => handle.take());
    removeUnrecorded(join(this.#workRoot, run.id), this.#store.jobs.lastNumber(run.id));
    return this.#goOn(run, present, handle);
  }

  #goOn(run: StoredRun, { code }: PresentCode, handle: ActiveRunHandle): RunHandle {
    return this.#start({ run, code, handle, options: optionsOf(run), isResumed: true });
  }

  /** C22: the new run keeps the decisions that were made on what it shows, too. */
  #resumeAnew(old: StoredRun, { code, bundle }: PresentCode, by: Person): RunHandle {
    const { name, file, tags, options } = old;
    const args = reboundArguments(code.entry(name).definition, old.argsText);
    const run = this.#newRun({ name, file, tags, options, args, bundle, parent: old.id }, by);
    const handle = this.#handleOf(run.id);
    this.#store.commit("durable", () => {
      const isOver = hasEnded(old.status) || closeUnled(this.#store, old, run.createdAt);
      if (!isOver) throw new LigaseError("run-busy", { run: old.id });
      this.#store.runs.insert(run);
      handle.take();
    });
    return this.#start({
      run: this.#stored(run.id),
      code,
      handle,
      options: optionsOf(old),
      isResumed: false,
    });
  }

  /** Goes on with parked runs, all in one transaction; gives those that cannot go on with the code that is here. */
  #wake(ids: readonly string[]): readonly string[] {
    const left: string[] = [];
    const woken: { run: StoredRun; present: PresentCode; handle: ActiveRunHandle }[] = [];
    this.#store.commit("computed", () => {
      for (const id of ids) {
        const run = this.#stored(id);
        const handle = this.#handleOf(id);
        try {
          const present = this.#presentCodeFor(run);
          if (handle.tryWake()) woken.push({ run, present, handle });
        } catch (error) {
          if (!isLigaseError(error) || !IS_OTHER_CODE.has(error.code)) throw error;
          this.#tellLeft(id, error);
          left.push(id);
        }
      }
    });
    for (const { run, present, handle } of woken) this.#goOn(run, present, handle);
    return left;
  }

  /** Once for each run. */
  #tellLeft(run: string, error: LigaseError): void {
    if (this.#toldLeft.has(run)) return;
    this.#toldLeft.add(run);
    this.#emit(run, { kind: "run-left", error: toJobErrorData(error, run) });
  }

  /** The code as a run began with it. Throws `code-changed`. */
  #presentCodeFor(run: StoredRun): PresentCode {
    const present = this.#presentCode(run.name);
    refuseChangedCode(this.#store, run, present);
    return present;
  }

  /** The code of a workflow. An engine that serves has it as it imported it, whatever becomes of the files meanwhile. */
  #presentCode(name: string): PresentCode {
    const known = this.#parked === null ? undefined : this.#codes.get(name);
    if (known !== undefined) return known;
    const cacheDir = codeFolder(this.#options.root);
    const present = presentCode(name, { store: this.#store, taskSets: this.#starter.taskSets, cacheDir });
    this.#codes.set(name, present);
    return present;
  }
}

const partsOf = ({ clock, store, files }: World): Pick<World, "clock" | "store" | "files"> => {
  return { clock, store, files };
};

const knownNames = (): string =>
  allTasks()
    .map((task) => task.name)
    .join(", ");
