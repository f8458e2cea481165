import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { GRAPH_FORMATS } from "../graph/drawing.ts";
import { findDefinition } from "../inputs/find-definition.ts";

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
      values: GRAPH_FORMATS,
      about: "a text tree (default), or text for Mermaid, Graphviz or machines",
    },
  },
  examples: [
    "ligase graph align.ts align-all",
    "ligase graph align.ts align-all --format dot | dot -Tsvg > align.svg",
  ],
  async run({ options, positionals: [file = "", name] }, world) {
    const definitions = await world.loadDefinitions(file);
    const { drawDefinition, renderDrawing } = await import("../graph/draw-definition.ts");
    const drawing = drawDefinition(findDefinition(definitions, file, name), definitions);
    const format = options.json ? "json" : (options.format ?? "tree");
    world.out.write(renderDrawing(drawing, format, world.out.palette));
    return EXIT.ok;
  },
});
