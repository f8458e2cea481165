import type { Lineage, LineageNode } from "@ligase/engine";
import { quoted } from "../graph/mermaid.ts";
import { nodeText, pathText } from "./lineage-names.ts";

/** Lineage as text for Mermaid; arrows go the way of the data. */
export function lineageMermaid({ nodes, edges }: Lineage): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const [root] = nodes;
  const pairs = Map.groupBy(edges, ({ from, to }) => `${names.get(from)} ${names.get(to)}`);
  const arrows = [...pairs].map(([pair, between]) => {
    const [from = "", to = ""] = pair.split(" ");
    const path = pathText(between);
    return `  ${from} -->${path === "" ? "" : `|${quoted(path)}|`} ${to}`;
  });
  const boxes = nodes.map((node) => `  ${names.get(node.id)}${shape(node, root?.run ?? "")}`);
  return `${["flowchart TD", ...boxes, ...arrows].join("\n")}\n`;
}

function shape(node: LineageNode, run: string): string {
  const text = quoted(nodeText(node, run));
  switch (node.kind) {
    case "call":
      return `[${text}]`;
    case "gate":
      return `{{${text}}}`;
    case "input":
      return `([${text}])`;
  }
}
