import type { Decision } from "@ligase/engine/testing";
import type { ClientTask, HostLine } from "./lines.ts";

/** A process under test through all its lives, and how those who decide reach what it works on. */
export interface Host {
  /** What is killed, in a word. */
  readonly kind: "engine" | "service";
  /** Arguments of Node that start it. */
  readonly command: readonly string[];
  /** Arguments of Node that start somebody who asks something of it. */
  readonly client: readonly string[];
  /** Takes a line that it printed. */
  hear(line: string): void;
  /** Where a client reaches it, and as whom; null when nobody would take a request now. */
  reach(by: Pick<Decision, "by" | "roles">): Promise<Pick<ClientTask, "service"> | null>;
  /** It is dead. Resolves when nothing is under way with it any more. */
  died(): Promise<void>;
  /** What it did against its promises, beside what the store tells. */
  readonly broken: readonly string[];
}

export type HearHost = (line: HostLine) => void;
