import type { TaskDefinition } from "@ligase/sdk/internal";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { dotText } from "../graph/dot.ts";
import { drawTemplate } from "../graph/draw-template.ts";
import type { Drawing } from "../graph/drawing.ts";
import { mermaidText } from "../graph/mermaid.ts";
import { treeText } from "../graph/tree.ts";
import { findDefinition } from "../inputs/find-definition.ts";
import type { World } from "../world.ts";

const FORMATS = ["tree", "mermaid", "dot", "json"] as const;

/** `ligase graph FILE NAME` */
export const graph = defineCommand({
  name: "graph",
  about:
    "Draws a workflow: its inputs and steps, what each needs, and what is mapped, chosen or waits for a person.",
  positionals: [
    { name: "FILE", about: "the file that defines it" },
    { name: "NAME", about: "the workflow or task", optional: true },
  ],
  options: {
    format: {
      kind: "choice",
      values: FORMATS,
      about: "a text tree (default), or text for Mermaid, Graphviz or machines",
    },
  },
  examples: [
    "ligase graph align.ts align-all",
    "ligase graph align.ts align-all --format dot | dot -Tsvg > align.svg",
  ],
  async run({ options, positionals: [file = "", name] }, world) {
    const definitions = await world.loadDefinitions(file);
    const drawing = draw(findDefinition(definitions, file, name), definitions);
    world.out.write(render(drawing, options.json ? "json" : (options.format ?? "tree"), world));
    return EXIT.ok;
  },
});

/** A task alone is one box. */
function draw(definition: TaskDefinition, definitions: readonly TaskDefinition[]): Drawing {
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

function render(drawing: Drawing, format: (typeof FORMATS)[number], { out }: World): string {
  switch (format) {
    case "tree":
      return treeText(drawing, out.palette);
    case "mermaid":
      return mermaidText(drawing);
    case "dot":
      return dotText(drawing);
    case "json":
      return `${JSON.stringify(drawing, null, 2)}\n`;
  }
}
