import { withFilesKept } from "../cache/kept-files.ts";
import type { EventRecord } from "../model/event.ts";
import type { Person } from "../model/person.ts";
import type { RunEvent } from "../model/progress.ts";
import { untilNextLook } from "../model/until-next-look.ts";
import { requireRight } from "../people/rights.ts";
import type { EventFilter, Events, EventSource, Listening, NewEvent, Published } from "../ports/events.ts";
import type { NewEventRow, WaitingGate } from "../ports/event-store.ts";
import type { World } from "../ports/world.ts";
import { FileWaits } from "./file-waits.ts";
import { API_SOURCE, newEvent, SOURCE_PREFIX } from "./new-event.ts";
import { offerNext } from "./offer.ts";
import { SourceDesk, type Told } from "./source-desk.ts";

const LOOK_MS = 250;
/** Looks after which what others left undone, and files of which nobody was told, are looked for. */
const LOOKS_PER_SWEEP = 20;
const BATCH = 100;

export interface EventDeskOptions {
  /** Told of runs for which a gate was closed. */
  readonly decided: (run: string) => void;
  /** Told of events that are to launch runs, and asked whether they can; null where no trigger is served. */
  readonly launches: Launches | null;
  /** It looks for files from the beginning on; otherwise from when a run of this process waits for an event. */
  readonly serves: boolean;
}

/** The runs that events launch. */
interface Launches {
  /** Throws what is wrong with a message that a trigger here would launch a run for. */
  check(message: Pick<EventRecord, "id" | "key" | "payload">): void;
  withFilesKept(message: Pick<EventRecord, "id" | "key" | "payload">): Promise<unknown>;
  lookNow(): void;
}

interface Kept {
  readonly number: number;
  readonly isNew: boolean;
  /** No gate is to be offered it any more. */
  readonly isGiven: boolean;
}

/** Where an event comes from. */
interface From {
  /** Who published it; null for what the engine found itself. */
  readonly by: string | null;
  /** How far its source came with it. */
  readonly told?: Told | null | undefined;
  /** The one gate that it is for. */
  readonly gate?: WaitingGate | undefined;
  /** Whoever tells of it hears when it can launch no run; otherwise it is kept that it cannot. */
  readonly isChecked?: boolean;
}

/** Publishes events, and sees to it that each reaches who waits for it. All that counts is in rows (R10). */
export class EventDesk implements Events {
  readonly #world: World;
  readonly #options: EventDeskOptions;
  readonly #files: FileWaits;
  readonly #sources: SourceDesk;
  #stop: (() => void) | null = null;
  #version = 0;
  #looks = 0;
  #isLooking = false;

  constructor(world: World, options: EventDeskOptions) {
    this.#world = world;
    this.#options = options;
    this.#files = new FileWaits(world, (event, gate) => this.#publish(event, { by: null, gate }));
    this.#sources = new SourceDesk(world.store, SOURCE_PREFIX, async (message, { source, told }) => {
      this.#publish(await this.withFilesKept({ ...message, source }), { by: null, told });
    });
    if (options.serves) this.#beginToLook();
  }

  publish(event: NewEvent, by: Person): Published {
    requireRight(by, "publish");
    return this.#publish(event, { by: by.name, isChecked: true });
  }

  async withFilesKept(event: NewEvent): Promise<NewEvent> {
    const { store, files } = this.#world;
    const { source = API_SOURCE, id: message } = event;
    // What came before stays as it was, whatever became of its files.
    if (message !== undefined && store.events.named(source, message) !== null) return event;
    for (const { id } of store.events.awaiting(event.key, BATCH)) {
      const gate = store.gates.get(id);
      if (gate === null) continue;
      const payload = await withFilesKept(gate, event.payload, files);
      if (payload !== event.payload) return { ...event, payload };
    }
    const { launches } = this.#options;
    if (launches === null) return event;
    return { ...event, payload: await launches.withFilesKept({ ...event, id: message ?? "" }) };
  }

  list({ key, before = Number.MAX_SAFE_INTEGER, limit = 50 }: EventFilter = {}): readonly EventRecord[] {
    return this.#world.store.events.list(key ?? null, before, limit);
  }

  listen(source: EventSource): Listening {
    return this.#sources.listen(source);
  }

  /** A run of this process waits for something. */
  hear(event: RunEvent): void {
    if (event.kind !== "gate-opened" || event.gate.kind !== "event") return;
    this.#files.recall();
    this.#beginToLook();
    // A file that is there already is given at once; gates that open together are looked after together.
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#world.clock.soon(() => {
      this.#isLooking = false;
      untilNextLook(() => this.#files.look());
    });
  }

  async close(): Promise<void> {
    this.#stop?.();
    this.#stop = null;
    await Promise.all([this.#sources.close(), this.#files.close()]);
  }

  #publish(event: NewEvent, { by, told, gate, isChecked = false }: From): Published {
    const { clock, store } = this.#world;
    const row = newEvent(event, { by, now: clock.now() });
    if (isChecked && store.events.named(row.source, row.id) === null) this.#options.launches?.check(row);
    const kept = this.#keep(row, { told, gate });
    if (kept.isNew && !kept.isGiven) this.#deliver(kept.number);
    this.#forget();
    return { ...(store.events.get(kept.number) as EventRecord), isNew: kept.isNew };
  }

  /** C18: in one durable transaction with its first waiter, the runs to launch, and how far its source came. */
  #keep(row: NewEventRow, { told, gate }: Omit<From, "by">): Kept {
    const { store } = this.#world;
    const { receivedAt: now } = row;
    let number: number | null = null;
    let run: string | null = null;
    let launches = false;
    store.commit("durable", () => {
      number = store.events.insert(row);
      if (told != null) store.events.putCursor(told.source, told.cursor);
      if (number === null) return;
      // What is for one gate alone, such as a file that is there, is for no trigger.
      launches = gate === undefined && store.events.addLaunches(number, row.key);
      run = offerNext(store, { number, now, isNew: true, to: gate });
    });
    if (launches) this.#options.launches?.lookNow();
    if (run !== null) this.#options.decided(run);
    const event = store.events.named(row.source, row.id) as EventRecord;
    const isGiven = gate !== undefined || (event.to === "one" && event.takenBy.length > 0);
    return { number: event.number, isNew: number !== null, isGiven };
  }

  /** Offers what is kept to one gate after another, each in a transaction of its own, while there is one. */
  #deliver(number: number): void {
    const { store, clock } = this.#world;
    while (store.events.waiting(number, clock.now(), 1).length > 0) {
      let run: string | null = null;
      store.commit("durable", () => {
        run = offerNext(store, { number, now: clock.now(), isNew: false });
      });
      if (run !== null) this.#options.decided(run);
    }
    store.commit("computed", () => store.events.delivered(number));
  }

  #forget(): void {
    const { store, clock } = this.#world;
    const now = clock.now();
    if (store.events.isToForget(now)) store.commit("computed", () => store.events.forget(now, BATCH));
  }

  #beginToLook(): void {
    if (this.#stop !== null) return;
    this.#version = this.#world.store.version();
    this.#stop = this.#world.clock.every(LOOK_MS, () => untilNextLook(() => this.#look()));
    this.#looks = -1;
    untilNextLook(() => this.#look());
  }

  #look(): void {
    const version = this.#world.store.version();
    const isTime = ++this.#looks % LOOKS_PER_SWEEP === 0;
    if (isTime) this.#sweep();
    if (version !== this.#version) this.#files.recall();
    this.#version = version;
    this.#files.look();
  }

  /** What an engine that died left between two transactions; and files of which the system did not tell. */
  #sweep(): void {
    const { store } = this.#world;
    for (const number of store.events.undelivered(BATCH)) this.#deliver(number);
    this.#forget();
    this.#files.recall();
    this.#files.doubt();
  }
}
