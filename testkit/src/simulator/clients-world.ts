import type { Seeded } from "../kill/seeded.ts";
import type { ExecutionWatch } from "./execution-watch.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { PlannedGraph } from "./random-graph.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import type { SimulatedTime } from "./simulated-time.ts";
import type { Told } from "./told.ts";

/** What clients have to do with. */
export interface ClientsWorld {
  readonly planned: PlannedGraph;
  /** Name of what they launch. */
  readonly name: string;
  readonly faults: Faults;
  readonly seeded: Seeded;
  readonly time: SimulatedTime;
  readonly database: SimulatedDatabase;
  readonly watch: ExecutionWatch;
  readonly told: Told;
  readonly engines: readonly SimulatedEngine[];
  /** One that answers now; null when there is none. */
  engine(): SimulatedEngine | null;
  kill(life: Life): void;
  dieAfterCommit(life: Life): void;
  broken(rule: string, what: string): void;
  trace(line: string): void;
}
