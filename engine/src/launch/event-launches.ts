import { isDeepStrictEqual } from "node:util";
import { isLigaseError } from "@ligase/sdk";
import {
  findTask,
  type PublishedEvents,
  type TaskDefinition,
  type TriggerDefinition,
} from "@ligase/sdk/internal";
import { withFilesKept } from "../cache/kept-files.ts";
import { NEVER_TAKEN } from "../events/source-desk.ts";
import type { EventRecord } from "../model/event.ts";
import { untilNextLook } from "../model/until-next-look.ts";
import type { EventTriggerRow } from "../ports/event-store.ts";
import type { TriggerState } from "../ports/events.ts";
import type { World } from "../ports/world.ts";
import { parsedArguments } from "./arguments.ts";
import { LaunchedBefore, type Launch } from "./launch-once.ts";

const LOOK_MS = 250;
/** Looks after which it looks whether anybody wrote or not: what an engine that died left is not told by anybody. */
const LOOKS_PER_SWEEP = 20;
const BATCH = 100;

export type EventTriggerDefinition = TriggerDefinition & { readonly on: PublishedEvents };

/** A trigger that is served here. */
interface Served {
  readonly file: string;
  readonly on: PublishedEvents;
  problem: string | null;
}

/** What of an event says whether a trigger can launch a run for it. */
type Message = Pick<EventRecord, "id" | "key" | "payload">;

/**
 * Launches a run for each event that is published under the key of a trigger, once. Who publishes finds the triggers in
 * their rows, and writes in the transaction of the event that it is to launch a run; an engine that serves the trigger
 * launches it. So it does not matter who of them is there when (C18, R10).
 */
export class EventLaunches {
  readonly #world: World;
  readonly #launch: Launch;
  readonly #served = new Map<string, Served>();
  #stop: (() => void) | null = null;
  #version = 0;
  #looks = 0;
  #isToLaunch = false;
  #launching: Promise<void> | null = null;

  constructor(world: World, launch: Launch) {
    this.#world = world;
    this.#launch = launch;
  }

  /** From now on events with the keys of these triggers launch runs; those that the file had and has no more do not. */
  serve(file: string, triggers: readonly EventTriggerDefinition[]): void {
    const { events } = this.#world.store;
    for (const { name, on } of triggers) this.#served.set(name, { file, on, problem: null });
    const rows = Array.from(this.#served)
      .filter(([, served]) => served.file === file)
      .map(([name, { on }]) => ({ name, key: on.key, isPrefix: on.isPrefix }));
    if (!isDeepStrictEqual(sorted(rows), sorted(events.eventTriggers(file))))
      this.#world.store.commit("durable", () => events.putEventTriggers(file, rows));
    if (triggers.length > 0) this.#beginToLook();
  }

  states(): readonly TriggerState[] {
    return Array.from(this.#served, ([name, { problem }]) => ({ name, problem }));
  }

  /** Throws `argument-not-valid` when a trigger that is served here has the key and cannot launch a run with the payload. */
  check(message: Message): void {
    for (const definition of this.#definitionsFor(message.key))
      parsedArguments(definition, argumentsOf(message));
  }

  /** The workflows of the triggers that are served here and have a key. */
  #definitionsFor(key: string): readonly TaskDefinition[] {
    return Array.from(this.#served).flatMap(([name, { on }]) =>
      hasKey(on, key) ? (findTask(name) ?? []) : [],
    );
  }

  /** A payload with the content of its files read and kept, as a trigger that is served here has them. */
  async withFilesKept(message: Message): Promise<unknown> {
    for (const { input } of this.#definitionsFor(message.key)) {
      const given = argumentsOf(message);
      const kept = await withFilesKept({ schema: input }, given, this.#world.files);
      if (kept !== given) return (kept as typeof given).event.payload;
    }
    return message.payload;
  }

  /** There may be runs to launch. */
  lookNow(): void {
    if (this.#stop === null) return;
    this.#isToLaunch = true;
    this.#launching ??= this.#launchWhileAsked().finally(() => {
      this.#launching = null;
    });
  }

  async close(): Promise<void> {
    this.#stop?.();
    this.#stop = null;
    await this.#launching;
  }

  #beginToLook(): void {
    this.#stop ??= this.#world.clock.every(LOOK_MS, () => untilNextLook(() => this.#look()));
    this.lookNow();
  }

  #look(): void {
    const version = this.#world.store.version();
    const isTime = ++this.#looks % LOOKS_PER_SWEEP === 0;
    if (isTime || version !== this.#version) this.lookNow();
    this.#version = version;
  }

  async #launchWhileAsked(): Promise<void> {
    while (this.#isToLaunch && this.#stop !== null) {
      this.#isToLaunch = false;
      for (const [name, served] of Array.from(this.#served)) await this.#launchAll(name, served);
    }
  }

  /** What cannot be launched now, such as when the store does not answer, is tried again at a later look. */
  async #launchAll(name: string, served: Served): Promise<void> {
    try {
      for (const event of this.#toLaunch(name)) {
        if (this.#stop === null) return;
        served.problem = await this.#launchFor(event, name, served.file);
      }
    } catch (error) {
      served.problem = error instanceof Error ? error.message : String(error);
    }
  }

  *#toLaunch(name: string): Generator<EventRecord> {
    const { store, clock } = this.#world;
    for (let after = 0, isMore = true; isMore;) {
      const numbers = store.events.toLaunch(name, after, clock.now(), BATCH);
      for (const number of numbers) {
        const event = store.events.get(number);
        if (event !== null) yield event;
      }
      isMore = numbers.length === BATCH;
      after = numbers.at(-1) ?? after;
    }
  }

  /** Gives why there can be no run; null when there is one. */
  async #launchFor(event: EventRecord, name: string, file: string): Promise<string | null> {
    const { store } = this.#world;
    const by = event.by === null ? {} : { by: { name: event.by } };
    const options = { file, name, args: argumentsOf(event), tags: { trigger: name }, ...by };
    try {
      await this.#launch(options, (run) => {
        if (!store.events.launched(event.number, name, run)) throw new LaunchedBefore();
      });
      return null;
    } catch (error) {
      if (error instanceof LaunchedBefore) return null;
      if (!isLigaseError(error) || !NEVER_TAKEN.has(error.code)) throw error;
      const { message } = error;
      store.commit("durable", () => store.events.notLaunched(event.number, name, message));
      return message;
    }
  }
}

const argumentsOf = ({ id, key, payload }: Message): { readonly event: Message } => ({
  event: { id, key, payload },
});

const hasKey = (on: PublishedEvents, key: string): boolean =>
  on.isPrefix ? key.startsWith(on.key) : key === on.key;

const sorted = (rows: readonly EventTriggerRow[]): readonly EventTriggerRow[] =>
  rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
