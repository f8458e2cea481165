import { arrowsOf, type Box, type BoxKind, type Drawing } from "./drawing.ts";

const SHAPES: Readonly<Record<Exclude<BoxKind, "group">, string>> = {
  task: "box",
  script: "note",
  workflow: "box3d",
  gate: "diamond",
  fail: "octagon",
  apply: "component",
};

/** A workflow in the DOT language of Graphviz. */
export function dotText(drawing: Drawing): string {
  const inputs = drawing.inputs.map(
    ({ id, name, type }) => `  ${quoted(id)} [shape=ellipse, label=${quoted(`${name}: ${type}`)}];`,
  );
  const groups = new Map(drawing.boxes.flatMap(firstSteps));
  const arrows = arrowsOf(drawing).map(({ from, to, isOrder }) => {
    // An arrow cannot end at a group: it ends at its first step, cut at the group's border.
    const step = groups.get(to);
    const target = step === undefined ? quoted(to) : quoted(step);
    const options = [
      ...(step === undefined ? [] : [`lhead=${quoted(`cluster_${to}`)}`]),
      ...(isOrder ? ["style=dashed"] : []),
    ];
    return `  ${quoted(from)} -> ${target}${options.length === 0 ? "" : ` [${options.join(", ")}]`};`;
  });
  const result =
    drawing.result.length === 0
      ? []
      : [`  "result" [shape=ellipse];`, ...drawing.result.map((from) => `  ${quoted(from)} -> "result";`)];
  const lines = [
    `digraph ${quoted(drawing.name)} {`,
    "  compound=true;",
    ...inputs,
    ...drawing.boxes.flatMap((box) => boxLines(box, "  ")),
    ...result,
    ...arrows,
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function boxLines(box: Box, indent: string): readonly string[] {
  const label = quoted(box.detail === null ? box.title : `${box.title}\n${box.detail}`);
  if (box.kind !== "group")
    return [`${indent}${quoted(box.id)} [shape=${SHAPES[box.kind]}, label=${label}];`];
  return [
    `${indent}subgraph ${quoted(`cluster_${box.id}`)} {`,
    `${indent}  label=${label};`,
    ...box.boxes.flatMap((inner) => boxLines(inner, `${indent}  `)),
    `${indent}}`,
  ];
}

/** Each group with its first step. */
function firstSteps(box: Box): readonly (readonly [string, string])[] {
  if (box.kind !== "group") return [];
  const inner = box.boxes.flatMap(firstSteps);
  const [first] = box.boxes;
  const step = first?.kind === "group" ? new Map(inner).get(first.id) : first?.id;
  return step === undefined ? inner : [[box.id, step], ...inner];
}

const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
