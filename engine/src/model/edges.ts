/** Where a part of a call's arguments, or of its value, came from (C11). */
export interface Edge {
  /** Path of the part. */
  readonly path: string;
  readonly kind: "call" | "gate" | "input";
  /** Call node; null for a gate or the run's input, and for a call that has no node. */
  readonly source: number | null;
  /** Id of the gate; null otherwise. */
  readonly gate: string | null;
  /** Path in what the source gave. */
  readonly sourcePath: string;
}

/** An edge as a row keeps it: the source is a call node, null for one without, a gate's id, or `""` for the run's input. */
type Written = readonly [path: string, source: number | string | null, sourcePath?: string];

/** One edge as text; the texts of a call's edges stand in one row, as a list. Written by hand: each call has some. */
export function edgeText(path: string, source: number | string | null, sourcePath: string): string {
  const from = typeof source === "string" ? JSON.stringify(source) : String(source);
  const end = sourcePath === "" ? "" : `,${JSON.stringify(sourcePath)}`;
  return `[${JSON.stringify(path)},${from}${end}]`;
}

export function decodeEdges(text: string | null): readonly Edge[] {
  if (text === null) return [];
  return (JSON.parse(text) as Written[]).map(([path, from, sourcePath = ""]) => {
    if (from === "") return { path, kind: "input", source: null, gate: null, sourcePath };
    if (typeof from === "string") return { path, kind: "gate", source: null, gate: from, sourcePath };
    return { path, kind: "call", source: from, gate: null, sourcePath };
  });
}
