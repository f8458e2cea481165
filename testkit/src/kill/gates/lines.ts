import type { Decision } from "@ligase/engine/testing";
import type { PlannedGraph } from "../../simulator/random-graph.ts";

/* What the processes of a run with gates say to each other: a line of JSON each. */

/** What the process under test is given. */
export interface HostTask {
  readonly root: string;
  readonly store: string | null;
  /** The workflow file. */
  readonly file: string;
  readonly name: string;
  readonly user: string;
  /** Arguments of the runs; those that were not begun yet are begun. */
  readonly runs: readonly { readonly args: unknown; readonly onFailure: "stop" | "finish" }[];
}

/** What the process under test prints. */
export type HostLine =
  | { readonly kind: "gate"; readonly gate: string }
  | { readonly kind: "begun"; readonly run: string }
  | { readonly kind: "ended"; readonly run: string; readonly status: string };

/** What a client is to send. */
export interface ClientTask {
  readonly number: number;
  readonly decision: Decision;
}

/** What it was answered: the gate's id, `kept`, or a code. */
export interface ClientLine {
  readonly number: number;
  readonly gate?: string;
  readonly code?: string;
}

/** Text of a workflow file that defines a graph. */
export const flowSource = ({ graph }: PlannedGraph): string =>
  `import { define } from ${JSON.stringify(new URL("../../simulator/graph.ts", import.meta.url).href)};
define(${JSON.stringify(graph)});
`;
