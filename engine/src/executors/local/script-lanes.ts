import type { StartRequest } from "./helper-protocol.ts";

/** Scripts whose folders are made while others run, so that a shell which gets free need not wait. */
const PREPARED_AHEAD = 2;

/** A script that waits for its turn. */
export interface WaitingScript {
  readonly request: StartRequest;
  isPrepared: boolean;
}

interface Lane {
  places: number;
  running: number;
  waiting: WaitingScript[];
}

/** Scripts in lanes: of each run at most as many as the lane has places, in the order given. */
export class ScriptLanes {
  readonly #lanes = new Map<string | null, Lane>();

  setPlaces(key: string, places: number): void {
    this.#lane(key).places = places;
  }

  add(request: StartRequest): void {
    this.#lane(request.lane).waiting.push({ request, isPrepared: false });
  }

  /** Takes the first script that has a place and for which there is room; its place is held until `left`. */
  take(hasRoom: (request: StartRequest) => boolean): WaitingScript | null {
    for (const lane of this.#lanes.values()) {
      const [first] = lane.waiting;
      if (first === undefined || lane.running >= lane.places || !hasRoom(first.request)) continue;
      lane.waiting.shift();
      lane.running++;
      return first;
    }
    return null;
  }

  /** A script that was taken does not need its place any more. */
  left(key: string | null): void {
    const lane = this.#lane(key);
    lane.running--;
    if (lane.running === 0 && lane.waiting.length === 0) this.#lanes.delete(key);
  }

  /** Takes those out that are asked for and have not started. */
  withdraw(ids: ReadonlySet<string>): readonly WaitingScript[] {
    const found: WaitingScript[] = [];
    for (const lane of this.#lanes.values()) {
      found.push(...lane.waiting.filter(({ request }) => ids.has(request.id)));
      lane.waiting = lane.waiting.filter(({ request }) => !ids.has(request.id));
    }
    return found;
  }

  /** Those that start next. */
  *next(): Iterable<WaitingScript> {
    for (const { waiting } of this.#lanes.values()) yield* waiting.slice(0, PREPARED_AHEAD);
  }

  get areWaiting(): boolean {
    for (const { waiting } of this.#lanes.values()) if (waiting.length > 0) return true;
    return false;
  }

  clear(): void {
    for (const lane of this.#lanes.values()) lane.waiting = [];
  }

  #lane(key: string | null): Lane {
    let lane = this.#lanes.get(key);
    // What comes in no lane may start at once.
    if (lane === undefined)
      this.#lanes.set(key, (lane = { places: key === null ? Infinity : 0, running: 0, waiting: [] }));
    return lane;
  }
}
