import type { Palette } from "../output/palette.ts";
import { allBoxes, type Box, type BoxKind, type Drawing } from "./drawing.ts";

const MARKS: Readonly<Record<BoxKind, string>> = {
  task: "",
  script: "$ ",
  workflow: "▣ ",
  gate: "◆ ",
  fail: "✗ ",
  apply: "λ ",
  group: "",
};

/** A workflow as a text tree: steps in order, what is inside a map or a choice below it, and what each step needs. */
export function treeText(drawing: Drawing, palette: Palette): string {
  const names = namesOf(drawing);
  const inputs = drawing.inputs.map(({ name, type }) => `${palette.blue(name)}${palette.dim(`: ${type}`)}`);
  const lines = [
    palette.bold(drawing.name),
    ...branches([
      { text: palette.dim("inputs"), children: inputs.map((text) => ({ text, children: [] })) },
      ...drawing.boxes.map((box) => branchOf(box, names, palette)),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

interface Branch {
  readonly text: string;
  readonly children: readonly Branch[];
}

function branchOf(box: Box, names: ReadonlyMap<string, string>, palette: Palette): Branch {
  const title = box.kind === "group" ? palette.yellow(box.title) : (names.get(box.id) ?? box.title);
  const detail = box.detail === null ? "" : palette.dim(` (${box.detail})`);
  const needs = box.needs.map((id) => names.get(id)).filter((name) => name !== undefined);
  const from = needs.length === 0 ? "" : palette.dim(`  ← ${[...new Set(needs)].join(", ")}`);
  return {
    text: `${MARKS[box.kind]}${title}${detail}${from}`,
    children: box.boxes.map((inner) => branchOf(inner, names, palette)),
  };
}

function branches(list: readonly Branch[]): readonly string[] {
  return list.flatMap(({ text, children }, index) => {
    const isLast = index === list.length - 1;
    return [
      `${isLast ? "└─ " : "├─ "}${text}`,
      ...branches(children).map((line) => `${isLast ? "   " : "│  "}${line}`),
    ];
  });
}

/** Names for what a step needs; equal titles are told apart by a number. */
function namesOf(drawing: Drawing): ReadonlyMap<string, string> {
  const names = new Map(drawing.inputs.map(({ id, name }) => [id, name]));
  const seen = new Map<string, number>();
  for (const box of allBoxes(drawing.boxes)) {
    const count = (seen.get(box.title) ?? 0) + 1;
    seen.set(box.title, count);
    names.set(box.id, count === 1 ? box.title : `${box.title} (${count})`);
  }
  return names;
}
