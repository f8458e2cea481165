import { arrowsOf, type Box, type BoxKind, type Drawing } from "./drawing.ts";

const SHAPES: Readonly<Record<Exclude<BoxKind, "group">, readonly [string, string]>> = {
  task: ["[", "]"],
  script: ["[/", "/]"],
  workflow: ["[[", "]]"],
  gate: ["{{", "}}"],
  fail: [">", "]"],
  apply: ["[", "]"],
};

/** A workflow as a Mermaid flow chart. */
export function mermaidText(drawing: Drawing): string {
  const inputs = drawing.inputs.map(({ id, name, type }) => `  ${id}([${quoted(`${name}: ${type}`)}])`);
  const arrows = arrowsOf(drawing).map(
    ({ from, to, isOrder }) => `  ${from} ${isOrder ? "-.->" : "-->"} ${to}`,
  );
  const result =
    drawing.result.length === 0
      ? []
      : [`  result([result])`, ...drawing.result.map((from) => `  ${from} --> result`)];
  return `${["flowchart TD", ...inputs, ...drawing.boxes.flatMap((box) => boxLines(box, "  ")), ...result, ...arrows].join("\n")}\n`;
}

function boxLines(box: Box, indent: string): readonly string[] {
  const text = quoted(box.detail === null ? box.title : `${box.title} (${box.detail})`);
  if (box.kind !== "group") {
    const [open, close] = SHAPES[box.kind];
    return [`${indent}${box.id}${open}${text}${close}`];
  }
  return [
    `${indent}subgraph ${box.id} [${text}]`,
    ...box.boxes.flatMap((inner) => boxLines(inner, `${indent}  `)),
    `${indent}end`,
  ];
}

/** Text between quotes, as Mermaid takes it. */
export const quoted = (text: string): string =>
  `"${text.replaceAll("#", "#35;").replaceAll('"', "#quot;").replaceAll("<", "#lt;")}"`;
