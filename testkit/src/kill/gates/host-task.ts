import { LAUNCHERS } from "../../decisions/people.ts";
import type { PlannedGraph } from "../../simulator/random-graph.ts";
import type { Scene } from "../scene.ts";
import type { Seeded } from "../seeded.ts";
import type { HostTask } from "./lines.ts";

/** Runs of a graph, by somebody. */
export const hostTask = ({ root, file }: Scene, { graph }: PlannedGraph, seeded: Seeded): HostTask => ({
  root,
  store: null,
  file,
  name: graph.isDynamic ? "sim.graph" : "sim.main",
  user: seeded.one(LAUNCHERS),
  runs: Array.from({ length: seeded.whole(2, 4) }, () => ({
    args: { a: seeded.whole(0, 2), ...(graph.isDynamic ? { parts: graph.parts } : {}) },
    onFailure: seeded.one(["stop", "finish"] as const),
  })),
});
