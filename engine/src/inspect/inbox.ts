import { isDir, isFile } from "@ligase/sdk/values";
import type { DecisionRecord, GateRecord, RunRecord } from "../model/records.ts";
import type { Inspect } from "../ports/inspect.ts";

/** An open gate with what is to be known before deciding it. */
export interface InboxItem {
  readonly gate: GateRecord;
  readonly run: Pick<RunRecord, "id" | "name" | "user">;
  readonly votes: readonly DecisionRecord[];
  /** Names of the files and folders to look at. */
  readonly evidence: readonly string[];
}

/** Gates that wait for a person, the nearest deadline first, then the longest waiting; read as far as they are asked for. */
export function* openItems(inspect: Inspect): Generator<InboxItem, void> {
  for (const gate of inspect.eachGateForPeople()) yield itemOf(inspect, gate, inspect.run(gate.runId));
}

/** A gate with what is to be known beside it. */
export const itemOf = (inspect: Inspect, gate: GateRecord, run: InboxItem["run"]): InboxItem => ({
  gate,
  run,
  votes: gate.policy.quorum === 1 ? [] : inspect.votes(gate.runId, gate.id),
  evidence: [...gate.evidence, gate.value].filter(isPlace).map(({ name }) => name),
});

const isPlace = (value: unknown): value is { readonly name: string } => isFile(value) || isDir(value);
