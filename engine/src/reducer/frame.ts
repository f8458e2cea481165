import type { Template, TemplateNode } from "@ligase/sdk/internal";
import { Cell, type Frame, type FrameContext, type PathStep } from "./cell.ts";

/** A frame whose cells are made when somebody asks for them. */
export class OpenFrame implements Frame {
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
