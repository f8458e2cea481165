import type { DecisionRecord, GateRecord, Inspect, Person, RunRecord } from "@ligase/engine";
import { refusalOf } from "@ligase/engine";
import { itemOf, type InboxItem } from "@ligase/engine/reader";
import { toJsonSchema } from "@ligase/sdk/internal";
import { isDir, jsonValue } from "@ligase/sdk/values";
import type { Decision, Gate, GateSummary } from "./contract/gates.ts";
import { givenFields } from "./given-fields.ts";
import { mediaTypeOf, shownFiles } from "./shown-files.ts";

/** What a gate is, for lists. */
export function gateSummary({ gate, run, votes, evidence }: InboxItem): GateSummary {
  const { id, job, kind, name, path, status, question, openedAt, deadlineAt } = gate;
  const { isEscalated, reminded, contentHash, deciders, decision, policy } = gate;
  return {
    id,
    run: run.id,
    workflow: run.name,
    launcher: run.user,
    job,
    kind,
    name,
    path,
    status,
    question,
    openedAt,
    deadlineAt,
    isEscalated,
    reminded,
    contentHash,
    policy: jsonValue(policy) as GateSummary["policy"],
    deciders: jsonValue(deciders) as GateSummary["deciders"],
    votes: votes.map(decisionDocument),
    decision: decision && decisionDocument(decision),
    shows: [...evidence],
  };
}

/** Who looks at a gate, and the address of the API for them. */
export interface Looking {
  readonly person: Person;
  readonly base: string;
}

/** A gate with all that it shows. */
export function gateDocument(inspect: Inspect, gate: GateRecord, { person, base }: Looking): Gate {
  const run = inspect.run(gate.runId);
  const { schema, value, evidence, callers } = gate;
  return {
    ...gateSummary({ ...itemOf(inspect, gate, run), votes: inspect.votes(run.id, gate.id) }),
    refusal: refusalFor(gate, run, person),
    callers: [...callers],
    before: decidedBefore(inspect, gate),
    value: jsonValue(value),
    evidence: evidence.map(jsonValue),
    files: fileDocuments(gate, base),
    schema: schema && { ...toJsonSchema(schema) },
    type: schema && { ...schema },
  };
}

function decidedBefore(inspect: Inspect, { runId, id }: GateRecord): Gate["before"] {
  const before = inspect.decidedBefore(runId, id);
  if (before?.decision == null) return null;
  return { run: before.runId, contentHash: before.contentHash, decision: decisionDocument(before.decision) };
}

/** The files and folders that a gate shows, with where their bytes are. */
export const fileDocuments = (gate: GateRecord, base: string): Gate["files"] =>
  shownFiles(gate).map((file, index) => ({
    name: file.name,
    kind: isDir(file) ? "folder" : "file",
    size: file.size,
    digest: file.digest,
    mediaType: mediaTypeOf(file.name),
    href: `${base}/runs/${gate.runId}/gates/${gate.id}/files/${index}`,
  }));

/** Why a person may not decide a gate; null when they may. */
export const refusalFor = (
  gate: GateRecord,
  run: Pick<RunRecord, "user">,
  { name, roles }: Person,
): string | null => refusalOf({ gate, launcher: run.user }, { by: name, ...givenFields({ roles }) });

const decisionDocument = ({ outcome, by, at, comment, value }: DecisionRecord): Decision => ({
  outcome,
  by,
  at,
  comment,
  value: jsonValue(value),
});
