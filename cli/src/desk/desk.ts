import type { Decision, ExternalTaskRecord, ExternalTasks, GateRecord, HandOver } from "@ligase/engine";
import type { InboxItem, ReadAudit } from "@ligase/engine/reader";
import type { Decided, NamedGate } from "../decide/named-gate.ts";
import type { RunDesk, ShownRun } from "./run-desk.ts";

/** A gate by which it is found; what it shows is asked for then. */
export type GateName = Pick<GateRecord, "id" | "path" | "name" | "status" | "kind">;

/** A decision, and the gate as it was looked up. */
export interface Sending {
  readonly named: NamedGate;
  /** Who decides is the desk's matter. */
  readonly sent: Pick<Decision, "outcome" | "value" | "comment" | "contentHash">;
}

/** Where a person at the command line looks. */
export interface ReadingDesk extends RunDesk {
  inbox(): Promise<readonly InboxItem[]>;
  audit(run: string): Promise<ReadAudit>;
}

/** Where gates are looked at and decided by the person at the command line: a store, or a server on one. */
export interface Desk extends ReadingDesk {
  gates(run: string): Promise<readonly GateName[]>;
  gate(run: string, id: string): Promise<GateRecord>;
  /** Of several decisions all count or none. */
  decide(all: readonly Sending[]): Promise<readonly Decided[]>;
  handOver(named: NamedGate, given: Pick<HandOver, "to" | "comment">): Promise<GateRecord>;
  /** What workers have, what waits for them, what was set aside. */
  work(wanted: Parameters<ExternalTasks["list"]>[0]): Promise<readonly ExternalTaskRecord[]>;
  /** Puts an external task that was set aside back into line. */
  putBack(id: string): Promise<ExternalTaskRecord>;
  /** Asks for the end of a run, and gives it as it is then. */
  cancel(run: string): Promise<ShownRun>;
}
