import type { JobError } from "@ligase/sdk/internal";
import { errorOf, find, isWholeSettled, type Cell, type Structure, type Waiter } from "./cell.ts";
import type { Hungry, Window } from "./window.ts";

/** What a forcer needs of the reduction that it belongs to. */
export interface ForcerHost {
  readonly window: Window;
  waitWhole(cell: Cell, waiter: Waiter): void;
  /** All parts of the forcer's structure are settled. */
  forced(forcer: Forcer): void;
}

/**
 * Brings every part of a structure to the bottom, through the window when parts materialise work (C5). When all are
 * settled the cell is whole, or carries the error of the first failed part in order (C1).
 */
export class Forcer implements Hungry {
  readonly cell: Cell;
  readonly structure: Structure;
  readonly #host: ForcerHost;
  readonly #collect: boolean;
  /** Parts not opened yet begin here. */
  #next = 0;
  #unsettled: number;
  /** Parts that hold a place in the window, and those of them that wait at a gate. */
  readonly #open = new Set<number>();
  readonly #parked = new Set<number>();
  #failedAt = Infinity;
  #error: JobError | null = null;

  /** With `collect`, failed parts do not fail the cell: `onSettled` gets what they are. */
  constructor(host: ForcerHost, cell: Cell, structure: Structure, collect = false) {
    this.#host = host;
    this.cell = cell;
    this.structure = structure;
    this.#collect = collect;
    this.#unsettled = structure.size;
  }

  get done(): boolean {
    return this.#unsettled === 0;
  }

  get error(): JobError | null {
    return this.#error;
  }

  get isHungry(): boolean {
    return this.#next < this.structure.size;
  }

  /** May always open one part, so that nested forcers cannot starve each other. */
  get mustOpen(): boolean {
    return this.#open.size <= this.#parked.size;
  }

  /** Opens the next part and asks for all of it. */
  openNext(): void {
    this.#openAt(this.#next++);
  }

  /** Opens every part. The work list takes what came last first, so that the parts start in their order. */
  openAll(): void {
    this.#next = this.structure.size;
    for (let index = this.structure.size - 1; index >= 0; index--) this.#openAt(index);
  }

  #openAt(index: number): void {
    const part = this.structure.part(index);
    if (isWholeSettled(find(part))) return this.#settle(index, part);
    if (this.structure.windowed === true) this.#hold(index);
    this.#host.waitWhole(part, new PartWait(this, index, part));
  }

  settledPart(index: number, part: Cell): void {
    this.parkedChanged(index, false);
    if (this.#open.delete(index)) this.#host.window.closed();
    this.#settle(index, part);
  }

  #hold(index: number): void {
    this.#open.add(index);
    this.#host.window.opened();
    if (this.structure.isParked?.(index) === true) this.parkedChanged(index, true);
  }

  /** A part waits at a gate or does so no more; it may have been opened by others than this forcer. */
  parkedChanged(index: number, parked: boolean): void {
    if (!this.#open.has(index) || this.#parked.has(index) === parked) return;
    if (parked) this.#parked.add(index);
    else this.#parked.delete(index);
    this.#host.window.parkedChanged(parked);
  }

  #settle(index: number, part: Cell): void {
    const settled = find(part);
    const error = errorOf(settled);
    if (error !== null && !this.#collect && index < this.#failedAt) {
      this.#failedAt = index;
      this.#error = error;
    }
    this.structure.keep?.(index, settled);
    this.#unsettled--;
    if (this.#unsettled === 0) this.#host.forced(this);
  }

  get collects(): boolean {
    return this.#collect;
  }
}

class PartWait implements Waiter {
  readonly #forcer: Forcer;
  readonly #index: number;
  readonly #part: Cell;

  constructor(forcer: Forcer, index: number, part: Cell) {
    this.#forcer = forcer;
    this.#index = index;
    this.#part = part;
  }

  get dependent(): Cell {
    return this.#forcer.cell;
  }

  get barrier(): boolean {
    return this.#forcer.collects;
  }

  wake(): void {
    this.#forcer.settledPart(this.#index, this.#part);
  }
}
