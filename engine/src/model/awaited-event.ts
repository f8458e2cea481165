import type { GateRecord } from "./records.ts";

/** What a gate of kind `event` has as its value. */
export interface AwaitedEvent {
  readonly key: string;
  /** The gate's value when the time is up, where its policy says so. */
  readonly default?: unknown;
}

/** What a gate waits for, or null when that is no event. */
export const awaitedEvent = ({ kind, value }: Pick<GateRecord, "kind" | "value">): AwaitedEvent | null =>
  kind === "event" ? (value as AwaitedEvent) : null;
