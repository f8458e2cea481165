import { encode, hashText, jsonValue } from "@ligase/sdk/values";
import { decisionHash, firstBroken, type AuditEntry } from "../model/audit.ts";
import type { DecisionRecord, GateRecord, HandOverRecord, RunRecord } from "../model/records.ts";
import type { Inspect } from "../ports/inspect.ts";
import { verifyAudit, type AuditCheck } from "./verify-audit.ts";

/** An entry with what it speaks of: the gate, and by its hash the decision, or how it was handed over, while that is stored. */
export interface ReadEntry {
  readonly entry: AuditEntry;
  /** Path of the gate. */
  readonly gate: string;
  readonly decision: DecisionRecord | HandOverRecord | null;
  /** The text of which the entry has the hash. */
  readonly stored: string | null;
}

export interface ReadAudit {
  readonly run: Pick<RunRecord, "id" | "name" | "user">;
  readonly entries: readonly ReadEntry[];
  readonly check: AuditCheck;
}

/** The chain of a run with its decisions in clear, and whether it holds. */
export function readAudit(inspect: Inspect, run: RunRecord): ReadAudit {
  const chain = inspect.audit(run.id);
  const signals = inspect.signals(run.id);
  const gates = inspect.gates(run.id);
  const paths = new Map(gates.map(({ id, path }: GateRecord) => [id, path]));
  const given = [
    ...signals.map(({ decision }) => decision),
    ...gates.flatMap(({ deciders }) => deciders?.handedOver ?? []),
  ];
  const byHash = new Map(given.map((one) => [decisionHash(one), one]));
  const entries = chain.map((entry) => {
    const decision = byHash.get(entry.detail["decision"] ?? "") ?? null;
    const stored = decision === null ? null : encode(decision, { locations: true });
    return { entry, gate: paths.get(entry.subject) ?? entry.subject, decision, stored };
  });
  return { run, entries, check: verifyAudit(chain, signals, gates) };
}

/** All of it as one object for machines; what `verifyExport` needs is in it. */
export function auditDocument({ run, entries, check }: ReadAudit): unknown {
  return jsonValue({
    run: run.id,
    workflow: run.name,
    launcher: run.user,
    entries: entries.map(({ entry, gate, decision, stored }) => ({
      ...entry,
      gate,
      given: decision,
      stored,
    })),
    verification: check,
  });
}

/** An entry as it was exported. */
export interface ExportedEntry extends AuditEntry {
  readonly gate: string;
  readonly stored: string | null;
}

/**
 * Looks whether an exported chain holds, without the store: entries follow from each other, and each decision has the
 * hash that its entry tells. Decisions that no entry tells are not in an export, so that only the store shows them.
 */
export function verifyExport(exported: readonly ExportedEntry[]): AuditCheck {
  const entries = exported.map(({ gate: _gate, stored: _stored, ...entry }) => entry);
  const told = exported.filter(({ detail }) => typeof detail["decision"] === "string");
  const brokenAt = firstBroken(entries);
  const changed = told
    .filter(({ stored, detail }) => stored !== null && hashText(stored) !== detail["decision"])
    .map(({ number }) => number);
  return {
    holds: brokenAt === null && changed.length === 0,
    brokenAt,
    changed,
    erased: told.filter(({ stored }) => stored === null).map(({ number }) => number),
    unrecorded: [],
    unrecordedHandOvers: [],
  };
}
