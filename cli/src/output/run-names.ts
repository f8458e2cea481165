import type { GateRecord, RunRecord } from "@ligase/engine";
import { printableLine } from "./visible-text.ts";

/** Time without a sign of life after which a run's process is taken for dead. */
const DEAD_AFTER_MS = 60_000;

/** The beginning of a run's id, as people type it: its time in milliseconds, so that two runs hardly ever share it. */
export const shortId = (id: string): string => id.slice(0, 13);

/** The beginning of a hash, as people compare it. */
export const shortHash = (hash: string): string => hash.replace(/^\d+:/, "").slice(0, 8);

/** A run as far as its status in words goes. */
export type RunState = Pick<RunRecord, "id" | "status" | "heartbeatAt" | "createdAt">;

/** Milliseconds since the last sign of life of a run that should show some, when that is long ago; else null. */
export function silentMs({ status, heartbeatAt, createdAt }: RunState, now: number): number | null {
  if (status !== "running" && status !== "cancelling") return null;
  const silent = now - (heartbeatAt ?? createdAt);
  return silent > DEAD_AFTER_MS ? silent : null;
}

type NamedApart = Pick<GateRecord, "name" | "path" | "status">;

/** How a gate is named in a command: by its name when that is unique among the gates, else by its path. */
export function gateAddress(gate: NamedApart, gates: readonly NamedApart[]): string {
  const namesakes = gates.filter(({ name, status }) => name === gate.name && status === "open");
  // A gate of a map item is soon one of several with its name.
  return namesakes.length > 1 || gate.path.includes("[") ? gate.path : gate.name;
}

/** What a command ends with that asks a server; nothing for a store. */
export const atServer = (url: string | undefined): string =>
  url === undefined ? "" : ` --server ${quoted(printableLine(url))}`;

/** The commands that decide a gate, one a line; `at` is what `atServer` gives. */
export const decisionCommands = (
  gate: GateRecord,
  gates: readonly GateRecord[],
  at = "",
): readonly string[] => commandsFor(gate, gates).map((command) => `${command}${at}`);

function commandsFor(gate: GateRecord, gates: readonly GateRecord[]): readonly string[] {
  const address = `${shortId(gate.runId)} ${quoted(gateAddress(gate, gates))}`;
  switch (gate.kind) {
    case "approve":
    case "review":
      return [
        ...(needsValue(gate) ? [] : [`ligase approve ${address}`]),
        ...(gate.schema === null ? [] : [`ligase answer ${address}`]),
        `ligase reject ${address}`,
      ];
    case "input":
      return [isInOneWord(gate) ? `ligase signal ${address} VALUE` : `ligase answer ${address}`];
    case "event":
      return publishCommands(gate);
    case "external":
    case "sleep":
      return [];
  }
}

/** An event may be published by hand; a file that is waited for is put where it belongs. */
function publishCommands({ value }: GateRecord): readonly string[] {
  const { key } = value as { readonly key: string };
  return key.startsWith("file:") ? [] : [`ligase event ${quoted(key)} PAYLOAD`];
}

/** Tells whether people decide a gate; others wait for time, or for programs. */
export const isForPeople = ({ kind }: Pick<GateRecord, "kind">): boolean =>
  kind === "approve" || kind === "review" || kind === "input";

/** Tells whether a gate wants more than a yes: the value of an input, or the form of a review filled in. */
export const needsValue = ({ kind, schema }: GateRecord): boolean =>
  kind === "input" || (kind === "review" && schema !== null);

/** Lists and records are easier given field by field. */
const isInOneWord = ({ schema }: GateRecord): boolean =>
  schema === null || !["record", "list", "sheet", "set", "map", "dictionary", "tuple"].includes(schema.kind);

/** A word as a shell takes it. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
