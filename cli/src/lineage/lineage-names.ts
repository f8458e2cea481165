import type { DecisionRecord, LineageEdge, LineageNode } from "@ligase/engine";
import { shortId } from "../output/run-names.ts";
import { printableLine } from "../output/visible-text.ts";

/** Paths of one pair of nodes that are told one by one. */
const MOST_PATHS = 3;

/** A node in words; the run is named where it is another than the reader looks at. */
export function nodeText(node: LineageNode, run: string): string {
  const elsewhere = node.run === run ? "" : ` of run ${shortId(node.run)}`;
  switch (node.kind) {
    case "call":
      return `${printableLine(node.task)} #${node.job}${elsewhere}`;
    case "gate":
      return `gate ${printableLine(node.name)}${elsewhere}, ${decisionText(node.decision)}`;
    case "input":
      return `input of run ${shortId(node.run)}, launched by ${printableLine(node.user)}`;
  }
}

function decisionText(decision: DecisionRecord | null): string {
  if (decision === null) return "not decided";
  const by = decision.by === null ? "" : ` by ${printableLine(decision.by)}`;
  const why = decision.comment === null ? "" : `: ${printableLine(decision.comment)}`;
  return `${decision.outcome}${by}${why}`;
}

/** Where the data of some edges went and what part of its source it was: `.reads ← .bam`. */
export function pathText(edges: readonly LineageEdge[]): string {
  const texts = [...new Set(edges.map(onePath))].filter((text) => text !== "");
  const more = texts.length > MOST_PATHS ? [`${texts.length - MOST_PATHS} more`] : [];
  return [...texts.slice(0, MOST_PATHS), ...more].join(", ");
}

function onePath({ into, path, sourcePath }: LineageEdge): string {
  const to = `${into === "value" ? "value" : ""}${path}`;
  return printableLine(sourcePath === "" ? to : `${to} ← ${sourcePath}`.trim());
}
