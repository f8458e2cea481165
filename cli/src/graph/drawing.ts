import type { RecordIr, Template } from "@ligase/sdk/internal";

/* A workflow as people think of it: named steps and what they need. Plumbing between them is left out. */

/** What a drawing can be written as. */
export const GRAPH_FORMATS = ["tree", "mermaid", "dot", "json"] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

export interface Drawing {
  readonly name: string;
  readonly inputs: readonly { readonly id: string; readonly name: string; readonly type: string }[];
  readonly boxes: readonly Box[];
  /** Where the value of the workflow comes from. */
  readonly result: readonly string[];
}

/** A step, or with `boxes` a part of the workflow that is mapped, chosen, caught, … as a whole. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly detail: string | null;
  /** Ids of the boxes and inputs whose values it needs, or that it waits for. */
  readonly needs: readonly string[];
  readonly boxes: readonly Box[];
}

export type BoxKind = "task" | "script" | "workflow" | "gate" | "fail" | "apply" | "group";

export interface DrawOptions {
  readonly name: string;
  readonly input: RecordIr;
  readonly template: Template;
  /** Kind of a called task, where its definition is known. */
  readonly kindOf: (name: string) => "task" | "script" | "workflow";
}

/** All boxes, those inside others too, in the order they are drawn. */
export function allBoxes(boxes: readonly Box[]): readonly Box[] {
  return boxes.flatMap((box) => [box, ...allBoxes(box.boxes)]);
}

/** An arrow from an input or box to a box. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** To a group as a whole: nothing in it takes the value, it only begins then. */
  readonly isOrder: boolean;
}

/** The arrows of a drawing. */
export function arrowsOf(drawing: Drawing): readonly Arrow[] {
  return allBoxes(drawing.boxes).flatMap((box) =>
    shownNeeds(box).map((from) => ({ from, to: box.id, isOrder: box.kind === "group" })),
  );
}

/** What a group needs shows at the boxes inside that take it; else at the group itself. */
export function shownNeeds(box: Box): readonly string[] {
  const inside = new Set(allBoxes(box.boxes).flatMap(({ needs }) => needs));
  return box.needs.filter((from) => !inside.has(from));
}
