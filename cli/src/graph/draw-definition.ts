import type { TaskDefinition } from "@ligase/sdk/internal";
import type { Palette } from "../output/palette.ts";
import { dotText } from "./dot.ts";
import { drawTemplate } from "./draw-template.ts";
import type { Drawing, GraphFormat } from "./drawing.ts";
import { mermaidText } from "./mermaid.ts";
import { treeText } from "./tree.ts";

/** A task alone is one box. */
export function drawDefinition(definition: TaskDefinition, definitions: readonly TaskDefinition[]): Drawing {
  const { name, input, kind } = definition;
  const template =
    kind === "workflow"
      ? definition.template
      : {
          params: 1,
          nodes: [
            { op: "param" as const, index: 0 },
            { op: "call" as const, target: "task" as const, name, args: 0 },
          ],
          result: 1,
        };
  const kinds = new Map(definitions.map((known) => [known.name, known.kind]));
  return drawTemplate({ name, input, template, kindOf: (called) => kinds.get(called) ?? "task" });
}

/** A drawing as text. */
export function renderDrawing(drawing: Drawing, format: GraphFormat, palette: Palette): string {
  switch (format) {
    case "tree":
      return treeText(drawing, palette);
    case "mermaid":
      return mermaidText(drawing);
    case "dot":
      return dotText(drawing);
    case "json":
      return `${JSON.stringify(drawing, null, 2)}\n`;
  }
}
