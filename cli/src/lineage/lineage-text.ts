import type { Lineage, LineageDirection, LineageEdge, LineageNode } from "@ligase/engine";
import { shortId } from "../output/run-names.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { AskedLineage } from "./find-lineage.ts";
import { nodeText, pathText } from "./lineage-names.ts";

export interface ShownLineage {
  readonly asked: AskedLineage;
  readonly found: Lineage;
  readonly direction: LineageDirection;
  readonly limit: number;
}

/** A line of the tree: a node under the one it belongs to, with the edges between them. */
interface Branch {
  readonly node: LineageNode;
  readonly edges: readonly LineageEdge[];
  /** What stands before it, and before the lines below it. */
  readonly before: string;
  readonly below: string;
}

/** Lineage as a tree; a node that stands there already is not unfolded again. */
export function lineageText({ asked, found, direction, limit }: ShownLineage, world: World): string {
  const { bold, dim } = world.out.palette;
  const [root] = found.nodes;
  const intro = asked.file === undefined ? [] : [...fileLines(asked, asked.file).map(dim), ""];
  if (root === undefined) {
    const name = `${printableLine(asked.task)} #${asked.job}`;
    return `${[...intro, `${bold(name)}  ${dim("has no result yet: nothing is recorded of its data")}`].join("\n")}\n`;
  }
  const title = `${bold(nodeText(root, asked.run))}  ${dim(`run ${shortId(asked.run)}`)}`;
  const more = found.isWhole
    ? []
    : ["", dim(`… there is more than ${limit} calls: --limit ${limit * 5} shows some more`)];
  const lines = treeLines(root, { found, direction, asked }, world);
  const nothing = direction === "up" ? "is made of nothing but its own code" : "went nowhere yet";
  const body = lines.length === 0 ? [dim(nothing)] : lines;
  return `${[...intro, title, ...body, ...more].join("\n")}\n`;
}

function fileLines(
  { task, job, run }: AskedLineage,
  { name, by, isMaker, others }: NonNullable<AskedLineage["file"]>,
): readonly string[] {
  const file = printableLine(name);
  const what = by === "content" ? file : `a file with the ${by} of ${file}, but not its content,`;
  const maker = `${printableLine(task)} #${job} of run ${shortId(run)}`;
  if (!isMaker) return [`no recorded job made ${file}; the newest that was given ${what} is ${maker}`];
  const also = others === 0 ? "" : `; ${others} earlier ${others === 1 ? "job" : "jobs"} made it as well`;
  return [`${what} was made by ${maker}${also}`];
}

function treeLines(
  root: LineageNode,
  { found, direction, asked }: Omit<ShownLineage, "limit">,
  { out }: World,
): readonly string[] {
  const { dim } = out.palette;
  const neighbours = neighboursIn(found, direction);
  const unfolded = new Set([root.id]);
  const lines: string[] = [];
  // A chain of calls may be longer than the stack of a recursion.
  const stack = branchesOf(neighbours(root), "").toReversed();
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    const { node, edges, before, below } = branch;
    const isKnown = unfolded.has(node.id);
    unfolded.add(node.id);
    const next = isKnown ? [] : neighbours(node);
    const above = isKnown && neighbours(node).length > 0 ? dim(" (see above)") : "";
    const path = pathText(edges);
    const paths = path === "" ? "" : dim(`  ${path}`);
    lines.push(`${dim(before)}${nodeText(node, asked.run)}${paths}${above}`);
    stack.push(...branchesOf(next, below).toReversed());
  }
  return lines;
}

type Neighbour = Pick<Branch, "node" | "edges">;

function neighboursIn(
  { nodes, edges }: Lineage,
  direction: LineageDirection,
): (node: LineageNode) => readonly Neighbour[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const [near, far] = direction === "up" ? (["to", "from"] as const) : (["from", "to"] as const);
  const byNear = Map.groupBy(edges, (edge) => edge[near]);
  return ({ id }) =>
    [...Map.groupBy(byNear.get(id) ?? [], (edge) => edge[far])].flatMap(([other, between]) => {
      const node = byId.get(other);
      return node === undefined ? [] : [{ node, edges: between }];
    });
}

const branchesOf = (neighbours: readonly Neighbour[], indent: string): readonly Branch[] =>
  neighbours.map((neighbour, index) => {
    const isLast = index === neighbours.length - 1;
    const before = `${indent}${isLast ? "└─ " : "├─ "}`;
    return { ...neighbour, before, below: `${indent}${isLast ? "   " : "│  "}` };
  });
