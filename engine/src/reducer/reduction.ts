import type { JobError } from "@ligase/sdk/internal";
import {
  ACTIVE,
  errorOf,
  FAILED,
  find,
  HEAD,
  IDLE,
  isHeadSettled,
  isWholeSettled,
  LINKED,
  WHOLE,
  type Cell,
  type Origin,
  type Waiter,
  type Structure,
} from "./cell.ts";
import { noEffects, type Effects, type Program } from "./effects.ts";
import { Forcer } from "./forcer.ts";
import { MapList } from "./map-list.ts";
import { Window } from "./window.ts";

/** Moves one cell a step; gives the table of operations its entry. */
export type Advance = (reduction: Reduction, cell: Cell) => void;

/**
 * The state of one run's reduction and the moves on it: asking for cells, settling them, waking what waits. All work is
 * on one list, never on the host's stack (R8). The operations themselves are in `operations/`.
 */
export class Reduction {
  readonly program: Program;
  readonly window: Window;
  effects: Effects = noEffects();
  /** Cells that wait for an answer from outside, by the number they were asked under. */
  readonly requests = new Map<number, Cell>();
  readonly #advance: Advance;
  readonly #work: Waiter[] = [];
  #lastId = 0;
  /** Cells whose failure was already followed to the root. */
  readonly #doomed = new WeakSet<Cell>();
  root: Cell | null = null;

  constructor(program: Program, window: number, advance: Advance) {
    this.program = program;
    this.window = new Window(window);
    this.#advance = advance;
  }

  /** Cells of calls that are not settled, by number: equal calls of the run are linked to them (C7). */
  readonly pending = new Map<number, Cell>();

  nextId(): number {
    return ++this.#lastId;
  }

  /** A new number for a call, gate or delay that this cell waits for. */
  request(cell: Cell): number {
    const id = ++this.#lastId;
    this.requests.set(id, cell);
    return id;
  }

  /** Takes the cell that waits under a number; each number is answered once. */
  answered(id: number): Cell {
    const cell = this.requests.get(id);
    if (cell === undefined) throw new Error(`Nothing waits for answer ${id}.`);
    this.requests.delete(id);
    return cell;
  }

  wantHead(cell: Cell): Cell {
    return this.#want(find(cell), 1);
  }

  wantWhole(cell: Cell): Cell {
    return this.#want(find(cell), 2);
  }

  #want(cell: Cell, level: 1 | 2): Cell {
    if (cell.wanted < level) cell.wanted = level;
    if (cell.status === IDLE) {
      cell.status = ACTIVE;
      this.#work.push(new Step(this, cell));
    } else if (cell.status === HEAD && cell.wanted === 2 && !cell.isForced && cell.wholeError === null)
      this.#force(cell);
    return cell;
  }

  /** Asks for a cell's head and wakes `waiter` once it is settled. */
  waitHead(cell: Cell, waiter: Waiter): void {
    const settled = this.wantHead(cell);
    if (isHeadSettled(settled)) this.#work.push(waiter);
    else (settled.headWaiters ??= []).push(waiter);
  }

  /** Asks for a cell to the bottom and wakes `waiter` once it is settled. */
  waitWhole(cell: Cell, waiter: Waiter): void {
    const settled = this.wantWhole(cell);
    if (isWholeSettled(settled)) this.#work.push(waiter);
    else (settled.wholeWaiters ??= []).push(waiter);
  }

  /** Wakes `waiter` when a cell happens to be known to the bottom, without asking for it. */
  watchWhole(cell: Cell, waiter: Waiter): void {
    const settled = find(cell);
    if (isWholeSettled(settled)) this.#work.push(waiter);
    else (settled.wholeWaiters ??= []).push(waiter);
  }

  setWhole(cell: Cell, value: unknown, origin: Origin): void {
    cell.status = WHOLE;
    cell.value = value;
    cell.origin = origin;
    cell.memo = null;
    this.#wakeHead(cell);
    this.#wakeWhole(cell);
  }

  setHead(cell: Cell, structure: Structure): void {
    if (structure.size === 0 && structure.kind !== "callable")
      return this.setWhole(cell, structure.build(), structure.origins());
    cell.status = HEAD;
    cell.value = structure;
    cell.memo = null;
    this.#wakeHead(cell);
    if (cell.wanted === 2) this.#force(cell);
  }

  setFailed(cell: Cell, error: JobError): void {
    cell.status = FAILED;
    cell.value = error;
    cell.memo = null;
    this.#doom(cell, error);
    this.#wakeHead(cell);
    this.#wakeWhole(cell);
  }

  /** Makes a cell stand for another one; what waits for it waits there. */
  link(cell: Cell, target: Cell): void {
    const to = find(target);
    if (to === cell) throw new Error("A cell was linked to itself.");
    cell.status = LINKED;
    cell.value = to;
    cell.memo = null;
    if (cell.wanted > 0) this.#want(to, cell.wanted === 2 ? 2 : 1);
    if (isHeadSettled(to)) this.#wakeHead(cell);
    else to.headWaiters = joined(to.headWaiters, cell.headWaiters);
    if (isWholeSettled(to)) this.#wakeWhole(cell);
    else to.wholeWaiters = joined(to.wholeWaiters, cell.wholeWaiters);
    cell.headWaiters = null;
    cell.wholeWaiters = null;
    const error = errorOf(to);
    if (error !== null) this.#doom(to, error);
  }

  #force(cell: Cell): void {
    const forcer = new Forcer(this, cell, cell.structure);
    cell.isForced = true;
    this.startForcer(forcer);
  }

  startForcer(forcer: Forcer): void {
    const { structure } = forcer;
    if (structure.size === 0) return this.forced(forcer);
    if (structure instanceof MapList) {
      structure.parkedChanged = (index, parked) => forcer.parkedChanged(index, parked);
      this.window.add(forcer);
      return;
    }
    // Materialised parts cost nothing to ask for; a nested windowed list queues by itself.
    forcer.openAll();
  }

  /** All parts of a structure are settled. */
  forced(forcer: Forcer): void {
    const { cell, structure, error } = forcer;
    if (forcer.collects) {
      this.#work.push(new Step(this, cell));
      return;
    }
    cell.isForced = false;
    if (error === null) {
      cell.status = WHOLE;
      cell.value = structure.build();
      cell.origin = structure.origins();
    } else {
      cell.wholeError = error;
      this.#doom(cell, error);
    }
    this.#wakeWhole(cell);
  }

  #wakeHead(cell: Cell): void {
    // A loop, not a spread: a hundred thousand jobs may wait for one value.
    if (cell.headWaiters !== null) for (const waiter of cell.headWaiters) this.#work.push(waiter);
    cell.headWaiters = null;
  }

  #wakeWhole(cell: Cell): void {
    if (cell.wholeWaiters !== null) {
      for (const waiter of cell.wholeWaiters) {
        if (waiter.first === true) waiter.wake();
        else this.#work.push(waiter);
      }
    }
    cell.wholeWaiters = null;
  }

  /** Does all work that is possible, opening map items as the window allows. */
  run(): void {
    for (;;) {
      for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) next.wake();
      const forcer = this.window.next();
      if (forcer === null) return;
      forcer.openNext();
    }
  }

  step(cell: Cell): void {
    if (cell.status === ACTIVE) this.#advance(this, cell);
  }

  /** Follows a failure upwards as far as no barrier stops it; at the root the run cannot succeed any more. */
  #doom(cell: Cell, error: JobError): void {
    const stack: Cell[] = [cell];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const at = find(next);
      if (this.#doomed.has(at)) continue;
      this.#doomed.add(at);
      if (this.root !== null && at === find(this.root)) this.effects.doomed ??= error;
      for (const waiter of [...(at.headWaiters ?? []), ...(at.wholeWaiters ?? [])]) {
        if (!waiter.barrier && waiter.dependent !== null) stack.push(waiter.dependent);
      }
    }
  }
}

/** Both lists as one; the shorter goes into the longer, so that a chain of links costs no more than its length. */
function joined(a: Waiter[] | null, b: Waiter[] | null): Waiter[] | null {
  if (a === null || b === null) return a ?? b;
  const [long, short] = a.length < b.length ? [b, a] : [a, b];
  for (const waiter of short) long.push(waiter);
  return long;
}

/** Moves a cell on when it is taken from the work list. */
class Step implements Waiter {
  readonly dependent: Cell;
  readonly #reduction: Reduction;

  constructor(reduction: Reduction, cell: Cell) {
    this.#reduction = reduction;
    this.dependent = cell;
  }

  get barrier(): boolean {
    return false;
  }

  wake(): void {
    this.#reduction.step(this.dependent);
  }
}

/** Wakes a cell when an operand is settled. */
export class OperandWait implements Waiter {
  readonly dependent: Cell;
  readonly barrier: boolean;
  readonly #reduction: Reduction;

  constructor(reduction: Reduction, cell: Cell, barrier: boolean) {
    this.#reduction = reduction;
    this.dependent = cell;
    this.barrier = barrier;
  }

  wake(): void {
    this.#reduction.step(this.dependent);
  }
}
