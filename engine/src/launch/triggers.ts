import { allTriggers, unreachable, type TriggerDefinition } from "@ligase/sdk/internal";
import { createFileSource } from "../events/file-source.ts";
import { createQuerySource } from "../events/query-source.ts";
import { SourceDesk, type Told } from "../events/source-desk.ts";
import type { Clock } from "../ports/clock.ts";
import type { LaunchOptions } from "../ports/engine.ts";
import type { EventSource, Listening, SourceMessage, TriggerState } from "../ports/events.ts";
import type { World } from "../ports/world.ts";

/** Launches a run; `also` is part of the transaction that makes it. */
export type Launch = (options: LaunchOptions, also: (run: string) => void) => Promise<unknown>;

/** What the store's names of the triggers' sources begin with. */
const PREFIX = "trigger:";

/** Thrown inside the transaction that would launch a second run for a message. */
class LaunchedBefore extends Error {}

/** Launches a run for each message that the triggers of the served files are told of, once. */
export class Triggers {
  readonly #world: World;
  readonly #launch: Launch;
  readonly #sources: SourceDesk;
  /** The file with which each trigger came. */
  readonly #files = new Map<string, string>();
  readonly #listening = new Map<string, Listening>();

  constructor(world: World, launch: Launch) {
    this.#world = world;
    this.#launch = launch;
    this.#sources = new SourceDesk(world.store, PREFIX, (message, { source, told }) =>
      this.#take(source.slice(PREFIX.length), message, told),
    );
  }

  /** Begins with the triggers that a user's file brought, when it was imported. Throws `event-source-not-valid`. */
  begin(file: string): void {
    for (const trigger of allTriggers()) {
      if (this.#files.has(trigger.name)) continue;
      const source = sourceOf(trigger, this.#world.clock);
      this.#files.set(trigger.name, file);
      this.#listening.set(trigger.name, this.#sources.listen(source));
    }
  }

  states(): readonly TriggerState[] {
    return Array.from(this.#listening, ([name, { problem }]) => ({ name, problem }));
  }

  async close(): Promise<void> {
    await this.#sources.close();
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

function sourceOf({ name, on }: TriggerDefinition, clock: Clock): EventSource {
  switch (on.kind) {
    case "files":
      return createFileSource({ ...on, name, clock });
    case "rows":
      return createQuerySource({ ...on, name, clock });
    default:
      return unreachable(on);
  }
}
