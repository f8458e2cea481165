import { allTriggers, unreachable, type PublishedEvents, type TriggerDefinition } from "@ligase/sdk/internal";
import { createFileSource } from "../events/file-source.ts";
import { createQuerySource } from "../events/query-source.ts";
import { SourceDesk, type Told } from "../events/source-desk.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSource, Listening, SourceMessage, TriggerState } from "../ports/events.ts";
import type { World } from "../ports/world.ts";
import { EventLaunches, type EventTriggerDefinition } from "./event-launches.ts";
import { LaunchedBefore, type Launch } from "./launch-once.ts";

/** What the store's names of the triggers' sources begin with. */
const PREFIX = "trigger:";

/** Launches a run for each message that the triggers of the served files are told of, once. */
export class Triggers {
  readonly events: EventLaunches;
  readonly #world: World;
  readonly #launch: Launch;
  readonly #sources: SourceDesk;
  /** The file with which each trigger came. */
  readonly #files = new Map<string, string>();
  readonly #listening = new Map<string, Listening>();

  constructor(world: World, launch: Launch) {
    this.#world = world;
    this.#launch = launch;
    this.events = new EventLaunches(world, launch);
    this.#sources = new SourceDesk(world.store, PREFIX, (message, { source, told }) =>
      this.#take(source.slice(PREFIX.length), message, told),
    );
  }

  /** Begins with the triggers that a user's file brought, when it was imported. Throws `event-source-not-valid`. */
  begin(file: string): void {
    const onEvents: EventTriggerDefinition[] = [];
    for (const { name, on } of allTriggers()) {
      if (this.#files.has(name)) continue;
      if (on.kind === "events") onEvents.push({ name, on });
      else this.#listening.set(name, this.#sources.listen(sourceOf({ name, on }, this.#world.clock)));
      this.#files.set(name, file);
    }
    this.events.serve(file, onEvents);
  }

  states(): readonly TriggerState[] {
    const ofSources = Array.from(this.#listening, ([name, { problem }]) => ({ name, problem }));
    return [...ofSources, ...this.events.states()];
  }

  async close(): Promise<void> {
    await Promise.all([this.#sources.close(), this.events.close()]);
  }

  /** C18: the run, that it is this message's, and how far the source came are one transaction. */
  async #take(name: string, { id, key, payload }: SourceMessage, told: Told | null): Promise<void> {
    const { events } = this.#world.store;
    const file = this.#files.get(name) ?? "";
    const options = { file, name, args: { event: { id, key, payload } }, tags: { trigger: name } };
    try {
      if (events.launchedFor(name, id) !== null) throw new LaunchedBefore();
      await this.#launch(options, (run) => {
        if (!events.launches(name, id, run)) throw new LaunchedBefore();
        if (told !== null) events.putCursor(told.source, told.cursor);
      });
    } catch (error) {
      if (!(error instanceof LaunchedBefore)) throw error;
      this.#passBy(told);
    }
  }

  #passBy(told: Told | null): void {
    const { store } = this.#world;
    if (told !== null) store.commit("durable", () => store.events.putCursor(told.source, told.cursor));
  }
}

interface SourceTrigger {
  readonly name: string;
  readonly on: Exclude<TriggerDefinition["on"], PublishedEvents>;
}

function sourceOf({ name, on }: SourceTrigger, clock: Clock): EventSource {
  switch (on.kind) {
    case "files":
      return createFileSource({ ...on, name, clock });
    case "rows":
      return createQuerySource({ ...on, name, clock });
    default:
      return unreachable(on);
  }
}
