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

/** Edges as text, null when there are none. Structures have one edge for each part: they are kept in one row. */
export function encodeEdges(edges: readonly Edge[]): string | null {
  if (edges.length === 0) return null;
  return JSON.stringify(
    edges.map(({ path, kind, source, gate, sourcePath }): Written => {
      const from = kind === "call" ? source : kind === "gate" ? gate : "";
      return sourcePath === "" ? [path, from] : [path, from, sourcePath];
    }),
  );
}

export function decodeEdges(text: string | null): readonly Edge[] {
  if (text === null) return [];
  return (JSON.parse(text) as Written[]).map(([path, from, sourcePath = ""]) => {
    if (from === "") return { path, kind: "input", source: null, gate: null, sourcePath };
    if (typeof from === "string") return { path, kind: "gate", source: null, gate: from, sourcePath };
    return { path, kind: "call", source: from, gate: null, sourcePath };
  });
}
