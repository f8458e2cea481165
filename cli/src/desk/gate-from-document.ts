import type { DecisionRecord, ExternalTaskRecord, GateRecord } from "@ligase/engine";
import type { InboxItem } from "@ligase/engine/reader";
import type { ExternalTask, Gate, GateSummary } from "@ligase/server/client";
import { compileParse, type TypeIr } from "@ligase/sdk/internal";
import { File } from "@ligase/sdk/values";

/** A gate that a server gave, as a record. */
export function gateFrom({ value, evidence, type, callers, ...gate }: Gate, cwd: string): GateRecord {
  const schema = type as TypeIr | null;
  const shown = { value: readValue(value, schema, cwd), evidence: evidence.map(withFiles), schema };
  return { ...headOf(gate), ...shown, callers };
}

/** An item of an inbox that a server gave. */
export function itemFrom(gate: GateSummary): InboxItem {
  const { run: id, workflow: name, launcher: user, votes, shows } = gate;
  const record = { ...headOf(gate), value: null, evidence: [], schema: null, callers: [] };
  return { gate: record, run: { id, name, user }, votes: votes.map(decisionFrom), evidence: shows };
}

export const decisionFrom = ({
  value = null,
  ...decision
}: GateSummary["votes"][number]): DecisionRecord => ({
  ...decision,
  value,
});

/** An external task that a server gave. */
export const taskFrom = ({ run: runId, ...task }: ExternalTask): ExternalTaskRecord => ({ ...task, runId });

function headOf(gate: GateSummary): Omit<GateRecord, "value" | "evidence" | "schema" | "callers"> {
  const { id, run, job, kind, name, path, status, question, policy, contentHash } = gate;
  const { openedAt, deadlineAt, decision, deciders, isEscalated, reminded } = gate;
  const { handedOver, ...present } = deciders ?? { users: [], roles: [] };
  return {
    id,
    runId: run,
    job,
    kind,
    name,
    path,
    status,
    question,
    policy,
    contentHash,
    openedAt,
    deadlineAt,
    isEscalated,
    reminded,
    decision: decision && decisionFrom(decision),
    deciders: deciders && { ...present, ...(handedOver === undefined ? {} : { handedOver }) },
  };
}

/** By its type, where it has one: dates are dates again. */
export function readValue(value: unknown, schema: TypeIr | null, cwd: string): unknown {
  const parsed = schema && compileParse(schema, { form: "json", baseDir: cwd })(value);
  return parsed?.ok === true ? parsed.value : withFiles(value);
}

/** Files are shown as files: their JSON form tells them. */
export function withFiles(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withFiles);
  const { uri, name, size, digest } = value as Record<string, unknown>;
  if (typeof uri === "string" && typeof name === "string" && typeof size === "number" && digest !== undefined)
    return new File({ uri, name, size, digest: typeof digest === "string" ? digest : null });
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withFiles(part)]));
}
