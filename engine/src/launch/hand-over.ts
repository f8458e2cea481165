import { LigaseError } from "@ligase/sdk";
import { ROLES, type Deciders } from "@ligase/sdk/internal";
import { describeDeciders, refusalOf } from "../gates/rights.ts";
import { record } from "../gates/vote.ts";
import { findGate } from "../inspect/find-gate.ts";
import { findRun } from "../inspect/find-run.ts";
import { decisionHash } from "../model/audit.ts";
import type { GateRecord, HandOverRecord } from "../model/records.ts";
import { hasRole } from "../people/rights.ts";
import type { HandOver } from "../ports/engine.ts";
import type { Store, StoredRun } from "../ports/store.ts";

/**
 * Gives an open gate to others, in one durable transaction that holds the gate (C20): who may decide is replaced, the
 * policy and the votes that were given stay.
 */
export function handOver(store: Store, now: number, given: HandOver): GateRecord {
  const { id } = findRun(store, given.run);
  if (given.by.trim() === "") throw new LigaseError("decision-anonymous", { gate: given.gate });
  let handed: GateRecord | null = null;
  store.commit("durable", () => {
    store.audit.holdLast(id);
    handed = handOverNow(store, findRun(store, id), { given, now });
  });
  return handed as unknown as GateRecord;
}

function handOverNow(
  store: Store,
  run: StoredRun,
  { given, now }: { readonly given: HandOver; readonly now: number },
): GateRecord {
  const found = findGate(store, run.id, given.gate);
  if (found === null) throw new LigaseError("gate-not-found", { run: run.id, gate: given.gate });
  const gate = store.gates.hold(found.id) as GateRecord;
  if (gate.status !== "open")
    throw new LigaseError("gate-not-open", { gate: gate.path, status: gate.status });
  checkRight(gate, run.user, given);
  const { users = [], roles = [] } = given.to;
  const to: Deciders = { users: [...new Set(users)], roles: [...new Set(roles)] };
  const reason = misfit(store, { gate, launcher: run.user, to });
  if (reason !== null) throw new LigaseError("hand-over-not-valid", { gate: gate.path, reason });
  const handed: HandOverRecord = { by: given.by, at: now, to, comment: given.comment ?? null };
  const handedOver = [...(gate.deciders?.handedOver ?? []), handed];
  store.gates.change(gate.id, { ...gate, deciders: { ...to, handedOver } });
  record(store, run.id, {
    at: now,
    actor: given.by,
    action: "handed-over",
    subject: gate.id,
    detail: { deciders: describeDeciders(to), decision: decisionHash(handed) },
  });
  return store.gates.get(gate.id) as GateRecord;
}

/** Who may decide it may give it away; an admin may where nobody who may is there to do so. */
function checkRight(gate: GateRecord, launcher: string, { by, roles }: HandOver): void {
  if (roles === undefined || hasRole(roles, "admin")) return;
  const reason = refusalOf({ gate, launcher }, { by, roles });
  if (reason !== null) throw new LigaseError("hand-over-not-allowed", { gate: gate.path, by, reason });
}

/** Why nobody could decide the gate then, or null. */
function misfit(
  store: Store,
  { gate, launcher, to }: { readonly gate: GateRecord; readonly launcher: string; readonly to: Deciders },
): string | null {
  const { kind, policy } = gate;
  if (kind !== "approve" && kind !== "review" && kind !== "input") return "it does not wait for people";
  if (to.users.length === 0 && to.roles.length === 0) return "nobody is named to whom";
  if (to.users.some((user) => user.trim() === "")) return "a name is empty";
  const unknown = to.roles.find((role) => !ROLES.includes(role));
  if (unknown !== undefined) return `"${unknown}" is not a role; roles are ${ROLES.join(", ")}`;
  if (to.roles.length > 0 || policy.escalation !== null) return null;
  const able = to.users.filter((user) => !(policy.notLauncher && user === launcher));
  if (able.length === 0) return "who launched the run may not decide it";
  const voters = store.gates.votes(gate.id).map(({ decision }) => decision.by ?? "");
  const all = new Set([...voters, ...able]).size;
  return all < policy.quorum ? `it needs ${policy.quorum} who agree, and they would be ${all}` : null;
}
