import { untilNextLook } from "../model/until-next-look.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import type { Claims } from "../scheduler/claims.ts";
import type { ActiveRunHandle } from "./run-handle.ts";

const HEARTBEAT_MS = 10_000;
/** How often the store is looked at for what other processes wrote: one look at a counter. */
const LOOK_MS = 100;
/** Of an engine that parks: runs that wait stay in memory for so long, and so many of them, for a quick answer. */
const PARK_AFTER_MS = 5_000;
const MOST_WAITING = 200;

/** Keeps the leases of the runs that this process advances, and looks for what others wrote about them (R10, R11). */
export class RunKeeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #claims: Claims;
  readonly #handles = new Map<string, ActiveRunHandle>();
  readonly #parks: boolean;
  /** Since when runs wait, the longest first. */
  readonly #waiting = new Map<ActiveRunHandle, number>();
  #version = 0;
  #stop: readonly (() => void)[] = [];

  constructor({ store, clock }: World, { claims, parks }: { claims: Claims; parks: boolean }) {
    this.#store = store;
    this.#clock = clock;
    this.#claims = claims;
    this.#parks = parks;
  }

  add(handle: ActiveRunHandle): void {
    this.#handles.set(handle.id, handle);
    if (this.#stop.length > 0) return;
    this.#version = this.#store.version();
    this.#stop = [
      this.#clock.every(HEARTBEAT_MS, () => untilNextLook(() => this.#beat())),
      this.#clock.every(LOOK_MS, () => untilNextLook(() => this.#look())),
    ];
  }

  get(id: string): ActiveRunHandle | undefined {
    return this.#handles.get(id);
  }

  /** A run began to wait, or goes on. Of those that wait, the ones that waited longest leave memory. */
  waits(handle: ActiveRunHandle, isWaiting: boolean): void {
    this.#waiting.delete(handle);
    if (!this.#parks || !isWaiting) return;
    this.#waiting.set(handle, this.#clock.now());
    if (this.#waiting.size > MOST_WAITING) this.#parkFirst();
  }

  #parkFirst(): void {
    const [first] = this.#waiting.keys();
    if (first === undefined) return;
    this.#waiting.delete(first);
    first.park();
  }

  #parkOld(): void {
    const before = this.#clock.now() - PARK_AFTER_MS;
    for (const since of Array.from(this.#waiting.values())) {
      if (since > before) return;
      this.#parkFirst();
    }
  }

  /** A run is over here; another handle may have it already. */
  remove(handle: ActiveRunHandle): void {
    this.#waiting.delete(handle);
    if (this.#handles.get(handle.id) === handle) this.#handles.delete(handle.id);
    this.#claims.reconsider();
    if (this.#handles.size === 0) this.#rest();
  }

  /** Gives all runs free as they are. */
  leave(): void {
    this.#each((handle) => handle.leave());
    this.#handles.clear();
    this.#waiting.clear();
    this.#rest();
  }

  #rest(): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }

  /** Not only the own leases go by time: one of another engine may be over, and what it claimed free. */
  #beat(): void {
    this.#each((handle) => handle.beat());
    this.#claims.reconsider();
  }

  /** R10: what others wrote is found in their rows; the counter only saves looking when nobody wrote. */
  #look(): void {
    this.#parkOld();
    const version = this.#store.version();
    if (version === this.#version) return;
    this.#each((handle) => handle.hear());
    this.#claims.reconsider();
    // Where a look failed on the way the next one is another.
    this.#version = version;
  }

  /** What a run hears may end it, or start another. */
  #each(tell: (handle: ActiveRunHandle) => void): void {
    for (const handle of Array.from(this.#handles.values())) tell(handle);
  }
}
