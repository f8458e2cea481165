import { record } from "../gates/vote.ts";
import type { StoredExternalTask } from "../ports/external-task-store.ts";
import type { Store } from "../ports/store.ts";
import type { World } from "../ports/world.ts";

/** So many in one transaction: who leases does not wait for all that a thousand dead workers had. */
const BATCH = 100;

/**
 * Takes back tasks whose leases are over, and those that have rested: nothing else brings them back into line, and
 * nothing needs to. Gives whether there may be more.
 */
export function takeBack({ store, clock }: Pick<World, "store" | "clock">): boolean {
  const ids = store.external.due(BATCH);
  if (ids.length === 0) return false;
  store.commit("computed", () => {
    holdChains(store, ids);
    for (const id of ids) {
      const task = store.external.hold(id);
      // Another engine may have been quicker, or its worker gave a sign of life.
      if (task !== null && store.external.isOver(id)) takeBackOne({ store, now: clock.now() }, task);
    }
  });
  return ids.length === BATCH;
}

/** In one order, as by everybody who holds several, so that two never wait for each other. */
function holdChains(store: Store, ids: readonly string[]): void {
  const runs = new Set(ids.flatMap((id) => store.external.get(id)?.runId ?? []));
  for (const runId of [...runs].toSorted()) store.audit.holdLast(runId);
}

function takeBackOne({ store, now }: Pick<World, "store"> & { now: number }, task: StoredExternalTask): void {
  const { id, worker, message, maxLostLeases } = task;
  if (task.state !== "leased") return store.external.giveBack(id, { ...task, state: "ready", restMs: 0 });
  const lostLeases = task.lostLeases + 1;
  const state = lostLeases >= maxLostLeases ? "aside" : "ready";
  const reason = `${lostLeases} ${lostLeases === 1 ? "lease was" : "leases were"} lost, the last by ${worker}`;
  store.external.endLease(id, task.attempts, "lost", message);
  store.external.giveBack(id, {
    ...task,
    state,
    restMs: 0,
    lostLeases,
    message: state === "aside" ? reason : message,
  });
  if (state === "aside")
    record(store, task.runId, { at: now, actor: null, action: "set-aside", subject: id, detail: { reason } });
}
