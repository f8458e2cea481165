import { record } from "../gates/vote.ts";
import type { StoredExternalTask } from "../ports/external-task-store.ts";
import type { World } from "../ports/world.ts";

/** So many at a time: who leases does not wait for all that a thousand dead workers had. */
const BATCH = 100;

/** Takes back what leases are over, and what has rested: nothing else brings it back into line, and nothing needs to. */
export function takeBack({ store, clock }: Pick<World, "store" | "clock">): void {
  for (const id of store.external.due(BATCH)) {
    const runId = store.external.get(id)?.runId;
    if (runId === undefined) continue;
    store.commit("computed", () => {
      store.audit.holdLast(runId);
      const task = store.external.hold(id);
      // Another engine may have been quicker, or its worker gave a sign of life.
      if (task !== null && store.external.isOver(id)) takeBackOne({ store, now: clock.now() }, task);
    });
  }
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
