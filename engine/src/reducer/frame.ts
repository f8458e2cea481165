import type { Template, TemplateNode } from "@ligase/sdk/internal";
import { Cell } from "./cell.ts";

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
  readonly parkedChanged: (parked: boolean) => void;
}

/** What a frame inherits from where it was opened. */
export interface FrameContext {
  /** Number of the call that the frame belongs to; 0 for the run's root. */
  readonly owner: number;
  readonly limiter: Limiter | null;
  readonly item: OpenItem | null;
  /** Local path of gates below (C21). */
  readonly path: PathStep | null;
}

/** One step of a gate's path; `key` gives the text when it is needed, which is rarely. */
export interface PathStep {
  readonly up: PathStep | null;
  readonly key: () => string;
}

/** A running template: a cell per node that somebody asked for, and the cells of its arguments. */
export class Frame {
  readonly template: Template;
  readonly args: readonly Cell[];
  readonly context: FrameContext;
  readonly #cells: (Cell | undefined)[] = [];

  constructor(template: Template, args: readonly Cell[], context: FrameContext) {
    this.template = template;
    this.args = args;
    this.context = context;
  }

  at(index: number): Cell {
    return (this.#cells[index] ??= new Cell(this, index));
  }

  get result(): Cell {
    return this.at(this.template.result);
  }

  node(index: number): TemplateNode {
    return this.template.nodes[index] as TemplateNode;
  }
}

/** The path of a gate as text, from the outermost step. */
export function pathText(path: PathStep | null, name: string): string {
  const steps: string[] = [name];
  for (let step = path; step !== null; step = step.up) steps.unshift(step.key());
  return steps.join("/");
}
