import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import type { Claims } from "../scheduler/claims.ts";
import type { ActiveRunHandle } from "./run-handle.ts";

const HEARTBEAT_MS = 10_000;
/** How often the store is looked at for what other processes wrote: one look at a counter. */
const LOOK_MS = 100;

/** Keeps the leases of the runs that this process advances, and looks for what others wrote about them (R10, R11). */
export class RunKeeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #claims: Claims;
  readonly #handles = new Map<string, ActiveRunHandle>();
  #version = 0;
  #stop: readonly (() => void)[] = [];

  constructor({ store, clock }: World, claims: Claims) {
    this.#store = store;
    this.#clock = clock;
    this.#claims = claims;
  }

  add(handle: ActiveRunHandle): void {
    this.#handles.set(handle.id, handle);
    if (this.#stop.length > 0) return;
    this.#version = this.#store.version();
    this.#stop = [
      this.#clock.every(HEARTBEAT_MS, () => this.#beat()),
      this.#clock.every(LOOK_MS, () => this.#look()),
    ];
  }

  get(id: string): ActiveRunHandle | undefined {
    return this.#handles.get(id);
  }

  remove(id: string): void {
    this.#handles.delete(id);
    this.#claims.reconsider();
    if (this.#handles.size === 0) this.#rest();
  }

  /** Has every run look for decisions at once. */
  refresh(): void {
    this.#each((handle) => handle.refresh());
  }

  /** Gives all runs free as they are. */
  leave(): void {
    this.#each((handle) => handle.leave());
    this.#handles.clear();
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
    const version = this.#store.version();
    if (version === this.#version) return;
    this.#version = version;
    this.#each((handle) => handle.hear());
    this.#claims.reconsider();
  }

  /** What a run hears may end it, or start another. */
  #each(tell: (handle: ActiveRunHandle) => void): void {
    for (const handle of Array.from(this.#handles.values())) tell(handle);
  }
}
