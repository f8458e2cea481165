import type { Engine } from "@ligase/engine";
import type { Authenticate } from "./authentication.ts";
import type { Launches } from "./launches.ts";
import type { Streams } from "./events-stream.ts";
import type { Tell } from "./told.ts";
import type { WaitingWorkers } from "./waiting-workers.ts";
import type { Workflows } from "./workflows.ts";

/** What routes work with. */
export interface Service {
  readonly engine: Engine;
  readonly workflows: Workflows;
  readonly launches: Launches;
  readonly streams: Streams;
  readonly workers: WaitingWorkers;
  readonly authenticate: Authenticate;
  readonly tell: Tell;
  /** Path under which the routes are. */
  readonly base: string;
}
