import { LigaseError } from "@ligase/sdk";
import { compileParse, encode, findTask, formatIssues, innerTemplates } from "@ligase/sdk/internal";
import type { Decision } from "./engine-api.ts";
import { findRun } from "./inspect.ts";
import type { DecisionRecord, GateRecord } from "./model/records.ts";
import { hasEnded } from "./model/states.ts";
import type { Store, StoredRun } from "./ports/store.ts";

/**
 * Records a decision (C20): the gate's row closes with its state in the condition, in one durable transaction with the
 * signal, so that the first decision wins whoever advances the run. What comes too late is kept as evidence and refused.
 * Before the gate opens the decision is kept for it (C24).
 */
export function decide(store: Store, now: number, given: Decision): GateRecord | "kept" {
  const run = findRun(store, given.run);
  const gate = findGate(store, run, given.gate);
  const record: DecisionRecord = { outcome: given.outcome, by: given.by, at: now, comment: given.comment ?? null, value: given.value ?? null };
  if (gate === null) return keepEarly(store, run, given.gate, record);
  const decision = checked(gate, record);
  let problem: LigaseError | null = null;
  store.commit("durable", () => {
    problem = closeGate(store, gate, decision);
  });
  if (problem !== null) throw problem as LigaseError;
  return store.gates.get(gate.id) as GateRecord;
}

function closeGate(store: Store, gate: GateRecord, decision: DecisionRecord): LigaseError | null {
  const signal = { id: 0, runId: gate.runId, gateId: gate.id, address: gate.path, decision };
  if (store.gates.close(gate.id, "resolved", decision)) {
    store.gates.putSignal({ ...signal, state: "used" });
    return null;
  }
  const before = (store.gates.get(gate.id) as GateRecord).decision;
  // The same decision again changes nothing and is fine.
  if (before !== null && isSame(before, decision)) return null;
  store.gates.putSignal({ ...signal, state: "refused" });
  return new LigaseError("gate-already-resolved", { gate: gate.path, outcome: before?.outcome ?? "closed", by: before?.by ?? "the engine" });
}

const isSame = (a: DecisionRecord, b: DecisionRecord): boolean =>
  a.outcome === b.outcome && a.by === b.by && encode(a.value) === encode(b.value);

/** Checks the decision against the gate before anything is written: the run is not disturbed by a bad one. */
function checked(gate: GateRecord, decision: DecisionRecord): DecisionRecord {
  const wanted = gate.kind === "input" ? ["answered"] : gate.kind === "sleep" ? [] : ["approved", "rejected"];
  if (!wanted.includes(decision.outcome)) {
    const what = gate.kind === "input" ? "it asks for a value: use `ligase signal`" : gate.kind === "sleep" ? "it waits for time alone" : "it asks for an approval or a rejection";
    throw new LigaseError("signal-not-valid", { gate: gate.path, issues: what });
  }
  if (gate.policy.requireComment && (decision.comment === null || decision.comment.trim() === "")) {
    throw new LigaseError("gate-needs-comment", { gate: gate.path });
  }
  if (gate.schema === null) return decision;
  const parsed = compileParse(gate.schema, { form: "json", baseDir: process.cwd() })(decision.value);
  if (!parsed.ok) throw new LigaseError("signal-not-valid", { gate: gate.path, issues: formatIssues(parsed.issues) });
  return { ...decision, value: parsed.value };
}

/** The gate with this id, path, or name. Throws `gate-not-unique`. */
function findGate(store: Store, run: StoredRun, address: string): GateRecord | null {
  const gates = store.gates.list(run.id);
  const exact = gates.find((gate) => gate.id === address || gate.path === address);
  if (exact !== undefined) return exact;
  const named = gates.filter((gate) => gate.name === address);
  const open = named.filter((gate) => gate.status === "open");
  if (open.length > 1) throw new LigaseError("gate-not-unique", { gate: address, paths: open.map((gate) => gate.path).join(", ") });
  return open[0] ?? named[0] ?? null;
}

/** C24: a decision for a gate that the compiled graph has and that did not open yet. */
function keepEarly(store: Store, run: StoredRun, address: string, decision: DecisionRecord): "kept" {
  if (hasEnded(run.status)) throw new LigaseError("run-ended", { run: run.id, status: run.status });
  const name = address.split("/").at(-1) ?? address;
  const known = gateNodes(run.name).find((node) => node.name === name);
  if (known?.hasEvidence === true) throw new LigaseError("evidence-not-seen", { gate: address });
  if (known === undefined && isKnownWhole(run.name)) throw new LigaseError("gate-not-found", { run: run.id, gate: address });
  store.commit("durable", () => store.gates.putSignal({ id: 0, runId: run.id, gateId: null, address, state: "early", decision }));
  return "kept";
}

/** The gates of a workflow's compiled graph; empty when its module is not imported here. */
function gateNodes(name: string): readonly { name: string; hasEvidence: boolean }[] {
  const definition = findTask(name);
  if (definition?.kind !== "workflow") return [];
  const gates: { name: string; hasEvidence: boolean }[] = [];
  const seen = new Set<string>([name]);
  const templates = [definition.template];
  for (let template = templates.pop(); template !== undefined; template = templates.pop()) {
    for (const inner of innerTemplates(template)) {
      for (const node of inner.nodes) {
        if (node.op === "gate") gates.push({ name: node.name, hasEvidence: showsEvidence(inner.nodes[node.evidence]) });
        if (node.op !== "call" || node.target !== "workflow" || seen.has(node.name)) continue;
        seen.add(node.name);
        const called = findTask(node.name);
        if (called?.kind === "workflow") templates.push(called.template);
      }
    }
  }
  return gates;
}

function showsEvidence(node: { readonly op: string; readonly value?: unknown } | undefined): boolean {
  return !(node?.op === "value" && Array.isArray(node.value) && node.value.length === 0);
}

/** A workflow whose module is here has no gates but those of its graph and those that task bodies return. */
function isKnownWhole(name: string): boolean {
  return findTask(name)?.kind === "workflow" && gateNodes(name).length > 0;
}
