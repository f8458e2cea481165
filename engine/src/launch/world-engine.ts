import { resolve } from "node:path";
import { allTasks, type TaskDefinition } from "@ligase/sdk/internal";
import { EventDesk } from "../events/event-desk.ts";
import { ExternalQueue } from "../external/external-queue.ts";
import { withFilesKept } from "../cache/kept-files.ts";
import { findRun } from "../inspect/find-run.ts";
import { createInspect } from "../inspect/inspect.ts";
import type { Person } from "../model/person.ts";
import type { Progress } from "../model/progress.ts";
import type { GateRecord } from "../model/records.ts";
import { createPeople } from "../people/people.ts";
import { requireRight } from "../people/rights.ts";
import type {
  Decision,
  Engine,
  HandOver,
  LaunchOptions,
  RunHandle,
  RunsListener,
  TakenOver,
} from "../ports/engine.ts";
import type { TriggerState } from "../ports/events.ts";
import type { Inspect } from "../ports/inspect.ts";
import type { People } from "../ports/people.ts";
import type { World } from "../ports/world.ts";
import { askingGate } from "./asking-gate.ts";
import { decide } from "./decide.ts";
import { handOver } from "./hand-over.ts";
import type { Launch } from "./launch-once.ts";
import { Triggers } from "./triggers.ts";
import { Runs, type RunsOptions } from "./runs.ts";

export interface WorldEngineOptions extends RunsOptions {
  /** Name of the person at this machine. */
  readonly user: string;
}

/** What the engine offers, on whatever world. It lives from the opening of its store to `close`. */
export class WorldEngine implements Engine {
  readonly inspect: Inspect;
  readonly people: People;
  readonly external: ExternalQueue;
  readonly events: EventDesk;
  readonly #world: World;
  readonly #runs: Runs;
  readonly #atThisMachine: Person;
  /** Of an engine that serves. */
  readonly #triggers: Triggers | null;

  constructor(world: World, options: WorldEngineOptions) {
    this.#world = world;
    this.#atThisMachine = { name: options.user };
    this.#runs = new Runs(world, options);
    this.inspect = createInspect(world.store, world.files);
    this.people = createPeople(world);
    this.external = new ExternalQueue(world, (run) => this.#runs.heed(run));
    this.subscribe((_run, event) => this.external.hear(event));
    const decided = (run: string): void => this.#runs.heed(run);
    this.#triggers = options.serves === true ? new Triggers(world, this.#launcher()) : null;
    const launches = this.#triggers?.events ?? null;
    this.events = new EventDesk(world, { decided, launches, serves: options.serves ?? false });
    this.subscribe((_run, event) => this.events.hear(event));
  }

  async load(file: string): Promise<readonly TaskDefinition[]> {
    await this.#runs.load(resolve(file));
    this.#triggers?.begin(resolve(file));
    return allTasks();
  }

  async launch(launch: LaunchOptions): Promise<RunHandle> {
    const by = launch.by ?? this.#atThisMachine;
    requireRight(by, "launch");
    return await this.#runs.launch(launch, by);
  }

  /** Triggers launch in the name of who published the event, otherwise of the person at this machine. */
  #launcher(): Launch {
    return (options, also) => this.#runs.launch(options, options.by ?? this.#atThisMachine, also);
  }

  progress(run: string): Progress | null {
    return this.#runs.progress(run);
  }

  triggers(): readonly TriggerState[] {
    return this.#triggers?.states() ?? [];
  }

  async resume(beginning: string, by: Person = this.#atThisMachine): Promise<RunHandle> {
    requireRight(by, "launch");
    return await this.#runs.resume(findRun(this.#world.store, beginning), by);
  }

  takeOver(): Promise<TakenOver> {
    return this.#runs.takeOver();
  }

  subscribe(listener: RunsListener): () => void {
    return this.#runs.subscribe(listener);
  }

  async withFilesKept(decisions: readonly Decision[]): Promise<readonly Decision[]> {
    const { store, files } = this.#world;
    return await Promise.all(
      decisions.map(async (decision) => {
        const gate = askingGate(store, decision);
        if (gate === null || decision.value === undefined) return decision;
        return { ...decision, value: await withFilesKept(gate, decision.value, files) };
      }),
    );
  }

  decide(decision: Decision): GateRecord | "kept";
  decide(decisions: readonly Decision[]): readonly (GateRecord | "kept")[];
  decide(given: Decision | readonly Decision[]): unknown {
    const isOne = !Array.isArray(given);
    const all = (isOne ? [given] : given) as readonly Decision[];
    const decided = decide(this.#world.store, this.#world.clock.now(), all);
    for (const run of new Set(decided.map(({ runId }) => runId))) this.#runs.heed(run);
    return isOne ? decided[0]?.result : decided.map(({ result }) => result);
  }

  handOver(given: HandOver): GateRecord {
    const gate = handOver(this.#world.store, this.#world.clock.now(), given);
    this.#runs.heed(gate.runId);
    return gate;
  }

  cancel(beginning: string, by: Person = this.#atThisMachine): void {
    requireRight(by, "cancel");
    this.#runs.cancel(findRun(this.#world.store, beginning));
    this.external.hearCancelled();
  }

  async close(): Promise<void> {
    this.external.close();
    await Promise.all([this.events.close(), this.#triggers?.close()]);
    await this.#runs.close();
    await this.#world.files.close();
    this.#world.store.close();
  }
}
