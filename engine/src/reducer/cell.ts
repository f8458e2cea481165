import type { JobError, Template, TemplateNode } from "@ligase/sdk/internal";

/*
 * A cell is one thunk: a node of a template in a frame. Nothing about it is a promise: it is a small object with a
 * status, and what waits for it is a list of other such objects.
 */

/** Nobody has asked for it. */
export const IDLE = 0;
/** Asked for, not known. */
export const ACTIVE = 1;
/** Its outermost structure is known: a list or record whose parts are cells, or a callable. */
export const HEAD = 2;
/** Known to the bottom: `value` is a plain value. */
export const WHOLE = 3;
/** Its outermost structure cannot be known: `value` is the error. */
export const FAILED = 4;
/** Stands for another cell: every use goes there. */
export const LINKED = 5;

export type Status = typeof IDLE | typeof ACTIVE | typeof HEAD | typeof WHOLE | typeof FAILED | typeof LINKED;

/**
 * Where a value came from (C11): nowhere outside the code, one place, or one place per part. A bare number is the whole
 * value of the call with that number, the most common origin by far.
 */
export type Origin = Source | Composite | number | null;

export interface Source {
  readonly kind: "call" | "gate" | "input";
  /** Number of the call or gate in this reducer; 0 for the run's input. */
  readonly id: number;
  /** Path in its value: `.field[0]`. */
  readonly path: string;
}

export interface Composite {
  readonly kind: "parts";
  readonly keys: readonly string[] | null;
  readonly origins: readonly Origin[];
}

/** A value whose outside is known and whose parts are cells: lenient lists and records, and callables with captures. */
export interface Structure {
  readonly kind: "list" | "record" | "callable";
  readonly size: number;
  part(index: number): Cell;
  /** The plain value, once every part is whole. */
  build(): unknown;
  origins(): Origin;
  /** Takes a settled part in, so that its cell and frame can go. */
  keep?(index: number, cell: Cell): void;
  /** Opening a part materialises work: the window applies (C5). */
  readonly windowed?: true;
  /** Whether a part waits at a gate, so that it holds no place in the window. */
  isParked?(index: number): boolean;
}

/** A running template: a cell per node that somebody asked for, and the cells of its arguments. */
export interface Frame {
  readonly template: Template;
  readonly args: readonly Cell[];
  readonly context: FrameContext;
  at(index: number): Cell;
  node(index: number): TemplateNode;
  readonly result: Cell;
}

/** A cap on submitted and running jobs below a map (`concurrency`); jobs below nested maps hold a place in each. */
export interface Limiter {
  readonly id: number;
  readonly max: number;
  readonly up: Limiter | null;
}

/** An item of a map while it is open: how many gates below it wait, so that it holds no place in the window (C5). */
export interface OpenItem {
  readonly up: OpenItem | null;
  gates: number;
  /** Tells the window that the item became parked or stopped being so. */
  parkedChanged(parked: boolean): void;
}

/** What a frame inherits from where it was opened. */
export interface FrameContext {
  /** Number of the call that the frame belongs to; 0 for the run's root. */
  readonly owner: number;
  readonly limiter: Limiter | null;
  readonly item: OpenItem | null;
  /** Local path of gates below (C21). */
  readonly path: PathStep | null;
  /** The workflows that were opened in place around it, the innermost first. */
  readonly opened: OpenedWorkflow | null;
}

/** A workflow that was opened in its caller's place. */
export interface OpenedWorkflow {
  readonly name: string;
  readonly args: Cell;
  readonly up: OpenedWorkflow | null;
}

/** One step of a gate's path; `key` gives the text when it is needed, which is rarely. */
export interface PathStep {
  readonly up: PathStep | null;
  key(): string;
  /** What the step was called if less was known when the gate opened in an earlier process. */
  other?(): string | undefined;
}

/** What waits for a cell: woken once, when what it asked for is settled. */
export interface Waiter {
  /** The cell whose value depends on this, for finding cycles and for early failure; null for an outside watcher. */
  readonly dependent: Cell | null;
  /** True when an error stops here: the waiter turns it into a value. */
  readonly barrier: boolean;
  /** Woken before the others, at once; it may not wake anything itself. */
  readonly first?: true;
  wake(): void;
}

export class Cell {
  status: Status = IDLE;
  /** Structure when HEAD, plain value when WHOLE, error when FAILED, the other cell when LINKED. */
  value: unknown = undefined;
  origin: Origin = null;
  /** How much is asked for: 0 nothing, 1 the head, 2 the whole. */
  wanted: 0 | 1 | 2 = 0;
  headWaiters: Waiter[] | null = null;
  wholeWaiters: Waiter[] | null = null;
  /** Its parts are being brought to the bottom. */
  isForced = false;
  /** Set when HEAD is known but some part failed: the first in order (C1). */
  wholeError: JobError | null = null;
  /** What the operation remembers between two steps. */
  memo: unknown = null;
  readonly frame: Frame | null;
  readonly node: number;

  constructor(frame: Frame | null, node: number) {
    this.frame = frame;
    this.node = node;
  }

  /** The structure of a cell that is HEAD. */
  get structure(): Structure {
    return this.value as Structure;
  }
}

/** A cell that is known already. */
export function knownCell(value: unknown, origin: Origin): Cell {
  const cell = new Cell(null, -1);
  cell.status = WHOLE;
  cell.value = value;
  cell.origin = origin;
  return cell;
}

/** A cell whose structure is known already. */
export function headCell(structure: Structure): Cell {
  const cell = new Cell(null, -1);
  cell.status = HEAD;
  cell.value = structure;
  return cell;
}

/** The cell that a cell stands for; shortens the chain on its way. */
export function find(cell: Cell): Cell {
  let last = cell;
  while (last.status === LINKED) last = last.value as Cell;
  let step = cell;
  while (step.status === LINKED && step.value !== last) {
    const next = step.value as Cell;
    step.value = last;
    step = next;
  }
  return last;
}

export const isHeadSettled = (cell: Cell): boolean => cell.status >= HEAD;

export const isWholeSettled = (cell: Cell): boolean =>
  cell.status === WHOLE || cell.status === FAILED || cell.wholeError !== null;

/** The error of a settled cell, or null. */
export const errorOf = (cell: Cell): JobError | null =>
  cell.status === FAILED ? (cell.value as JobError) : cell.wholeError;

/** The origin of one part of a value with this origin. */
export function partOrigin(origin: Origin, key: string | number): Origin {
  if (origin === null) return null;
  if (typeof origin === "number") return { kind: "call", id: origin, path: step(key) };
  if (origin.kind === "parts") {
    const index = origin.keys === null ? (key as number) : origin.keys.indexOf(key as string);
    return origin.origins[index] ?? null;
  }
  return { kind: origin.kind, id: origin.id, path: origin.path + step(key) };
}

const step = (key: string | number): string => (typeof key === "number" ? `[${key}]` : `.${key}`);
