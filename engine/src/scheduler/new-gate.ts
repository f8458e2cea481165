import { encode, hashText } from "@ligase/sdk/internal";
import type { GateRecord } from "../model/records.ts";
import { uuidv7 } from "../model/uuid.ts";
import type { GateRequest } from "../reducer/effects.ts";
import type { Job } from "./job.ts";

/** The row of a gate that an expression reached. */
export function newGate(
  request: GateRequest,
  at: { owner: Job | null; runId: string; now: number },
): GateRecord {
  const { kind, name, path, value, question, evidence, schema, policy } = request;
  const waitMs = kind === "sleep" ? (value as number) : policy.timeoutMs;
  return {
    id: uuidv7(at.now),
    runId: at.runId,
    job: at.owner?.number ?? null,
    kind,
    name,
    path,
    status: "open",
    question,
    value,
    evidence,
    schema,
    policy,
    contentHash: contentHash(request),
    openedAt: at.now,
    deadlineAt: waitMs === null ? null : at.now + waitMs,
    decision: null,
    deciders: policy.deciders,
    isEscalated: false,
    reminded: 0,
    callers: callersOf(at.owner),
  };
}

/** C23: kind, name, question, form, policy, value and evidence by content. */
export const contentHash = ({ kind, name, question, schema, policy, value, evidence }: GateRequest): string =>
  hashText(encode({ kind, name, question, schema, policy, value, evidence }));

/** C21: the jobs whose call waits for the gate; equal calls of a task share its job. */
export function callersOf(owner: Job | null): readonly number[] {
  if (owner === null) return [0];
  const parents = [owner.parent, ...(owner.otherParents ?? [])];
  return [...new Set(parents.map((parent) => parent?.number ?? 0))];
}
