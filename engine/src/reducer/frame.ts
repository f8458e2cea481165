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

/** Steps of one path that are tried under both their names. */
const MAX_OTHER_STEPS = 4;

/** The path of a gate as text, from the outermost step; then what it may have been called by an earlier process. */
export function pathTexts(path: PathStep | null, name: string): readonly string[] {
  const steps: PathStep[] = [];
  for (let step = path; step !== null; step = step.up) steps.push(step);
  let texts: readonly string[] = [""];
  let others = 0;
  for (const step of steps.toReversed()) {
    const other = others < MAX_OTHER_STEPS ? step.other?.() : undefined;
    const key = step.key();
    const alternatives = other === undefined ? [] : texts.map((text) => `${text}${other}/`);
    if (other !== undefined) others++;
    texts = [...texts.map((text) => `${text}${key}/`), ...alternatives];
  }
  return texts.map((text) => text + name);
}
