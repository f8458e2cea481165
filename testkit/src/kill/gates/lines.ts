import type { PlannedGraph } from "../../simulator/random-graph.ts";
import type { ClientRequest } from "./client-request.ts";
import type { Service } from "./service-request.ts";

/* What the processes of a run with gates say to each other: a line of JSON each. */

/** What the process under test is to do. */
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

/** What is heard of the process under test. */
export type HostLine =
  /** It takes requests. */
  | { readonly kind: "serving" }
  | { readonly kind: "gate"; readonly gate: string }
  | { readonly kind: "begun"; readonly run: string }
  | { readonly kind: "ended"; readonly run: string; readonly status: string }
  /** All runs have ended, and everybody who follows knows: it waits to be told to end. */
  | { readonly kind: "idle" };

/** What a client is to send. */
export interface ClientTask {
  readonly number: number;
  readonly request: ClientRequest;
  /** To whom, and as whom; null where the client opens the store itself. */
  readonly service: Service | null;
}

/** What a request was answered, or the code by which it was refused; null when nobody knows. */
export interface ClientAnswer {
  /** Of a decision the gate's id, or `kept`. */
  readonly value?: unknown;
  readonly code?: string;
  /** Of an answer over HTTP. */
  readonly status?: number;
}

export interface ClientLine {
  readonly number: number;
  readonly answer: ClientAnswer | null;
}

/** What a line says; null of half a line, which a process that is killed may leave. */
export function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Text of a workflow file that defines a graph. */
export const flowSource = ({ graph }: PlannedGraph): string =>
  `import { define } from ${JSON.stringify(new URL("../../simulator/graph.ts", import.meta.url).href)};
define(${JSON.stringify(graph)});
`;
