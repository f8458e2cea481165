import { LigaseError } from "@ligase/sdk";
import { unreachable } from "@ligase/sdk/internal";
import { settleGate } from "../gates/vote.ts";
import type { LeaseEnding } from "../model/external-task.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import { secretHash } from "../people/token-secret.ts";
import type { Failure, Heartbeat } from "../ports/external-tasks.ts";
import type { StoredExternalTask, StoredLease } from "../ports/external-task-store.ts";
import type { Store } from "../ports/store.ts";
import { backoffDelay } from "../scheduler/retry.ts";
import { checkedSign, plainText, shownId } from "./requests.ts";

/* What a worker says of the task that it has, each inside a transaction. */

/** Lines that a task's log has at the most. */
const MOST_LOGGED = 10_000;

interface ByToken {
  readonly id: string;
  readonly token: string;
}

/** A task and the lease that a token was given for, held until the transaction ends. */
export interface Held {
  readonly task: StoredExternalTask;
  readonly lease: StoredLease;
}

/** Throws `external-task-not-found`, `lease-not-held`. */
function hold(store: Store, { id, token }: ByToken): Held {
  const task = store.external.hold(id);
  if (task === null) throw new LigaseError("external-task-not-found", { task: shownId(id) });
  const lease = store.external.leaseOf(id, secretHash(token));
  if (lease === null)
    throw new LigaseError("lease-not-held", { task: task.path, ending: "it was not given for this task" });
  return { task, lease };
}

/** The same with the gate: the run's chain and the gate are held first, as by everybody who decides (C20). */
export function holdToDecide(store: Store, by: ByToken): Held & { readonly gate: GateRecord } {
  const runId = store.external.get(by.id)?.runId;
  if (runId !== undefined) store.audit.holdLast(runId);
  const gate = store.gates.hold(by.id) as GateRecord;
  return { ...hold(store, by), gate };
}

/** Why the lease of a token does not hold. */
export const notHeld = ({ task, lease }: Held): LigaseError =>
  new LigaseError("lease-not-held", { task: task.path, ending: endingText(lease.ending) });

function endingText(ending: LeaseEnding | null): string {
  switch (ending) {
    case "completed":
      return "the worker completed the task";
    case "failed":
      return "the worker gave the task up";
    case "released":
      return "the worker gave the task back";
    case "lost":
      return "it was over without a sign of life, and was taken back";
    case "revoked":
    case null:
      return "it was taken away";
    default:
      return unreachable(ending);
  }
}

/** Keeps the lease for as long again. */
export function keepLease(
  { store, now }: { readonly store: Store; readonly now: number },
  { id, token, sign }: ByToken & { readonly sign: Heartbeat },
): void {
  const { progress, message, log = [] } = checkedSign(sign);
  const held = hold(store, { id, token });
  const { task, lease } = held;
  if (lease.ending !== null) throw ended(store, held);
  store.external.extend(id, lease.lastsMs, {
    progress: progress ?? task.progress,
    message: message ?? task.message,
  });
  if (log.length > 0) store.external.addLog(id, { lines: log, at: now, most: MOST_LOGGED });
}

/** The task comes back after a rest; or its gate fails, when the worker says so or it was tried often enough. */
export function failTask(
  { store, now, random }: { readonly store: Store; readonly now: number; readonly random: number },
  { failure, ...by }: ByToken & { readonly failure: Failure },
): void {
  const held = holdToDecide(store, by);
  const { task, lease, gate } = held;
  if (isRepeated(held, "failed")) return;
  if (lease.ending !== null) throw ended(store, held);
  const message = plainText(failure.message);
  store.external.endLease(task.id, lease.number, "failed", message);
  if (!failure.retry || task.failures >= task.retries.count)
    return settleGate(store, gate, {
      ...decisionOf(lease, now),
      outcome: "failed",
      comment: message,
      value: null,
    });
  const failures = task.failures + 1;
  const restMs = Math.max(1, backoffDelay(task.retries, failures, random));
  store.external.giveBack(task.id, { ...task, state: "ready", restMs, failures, message });
}

/** The task is at the head of its line again. */
export function releaseTask(store: Store, by: ByToken): void {
  const held = hold(store, by);
  const { task, lease } = held;
  if (isRepeated(held, "released")) return;
  if (lease.ending !== null) throw ended(store, held);
  store.external.endLease(task.id, lease.number, "released", null);
  store.external.giveBack(task.id, { ...task, state: "ready", restMs: 0 });
}

/** Who decides by what a worker says. */
export const decisionOf = (
  { by, worker }: StoredLease,
  at: number,
): Pick<DecisionRecord, "by" | "worker" | "at"> => ({
  by,
  worker,
  at,
});

/** The worker did not hear the answer, and says it again: nobody else was given the task meanwhile. */
const isRepeated = ({ task, lease }: Held, ending: LeaseEnding): boolean =>
  lease.ending === ending && lease.number === task.attempts;

/** Why a worker has a task no longer: it is over, or somebody else's. */
function ended(store: Store, held: Held): LigaseError {
  const { task, lease } = held;
  if (task.state !== "done" || lease.ending === "lost") return notHeld(held);
  const { status = "closed", decision = null } = store.gates.get(task.id) ?? {};
  return new LigaseError("external-task-over", {
    task: task.path,
    outcome: decision?.outcome ?? status,
    by: decision?.by ?? "the engine",
  });
}
