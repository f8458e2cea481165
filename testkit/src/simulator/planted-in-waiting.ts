import type { PlantedFault } from "./planted-fault.ts";

/** Faults in external tasks, events, hand-overs, and several decisions in one call. */
export const PLANTED_IN_WAITING: readonly PlantedFault[] = [
  {
    name: "a result is taken without a look at the token",
    file: "engine/src/store/sql/external-tasks.ts",
    text: 'WHERE gate = ? AND token = ?").get(id, token)',
    instead: 'WHERE gate = ? AND token <> ? ORDER BY number DESC").get(id, "")',
  },
  {
    name: "a result is taken from who lost the lease",
    file: "engine/src/external/complete-task.ts",
    text: "if (lease.ending === null) {",
    instead: 'if (gate.status === "open") {',
  },
  {
    name: "a result does not wake the run (R10)",
    file: "engine/src/external/external-queue.ts",
    text: '    if (task.state === "done") this.#decided(task.runId);\n',
    instead: "",
    isEasy: true,
  },
  {
    name: "a task is given out before it is on the disk (C18)",
    file: "engine/src/external/external-queue.ts",
    text: 'store.commit("durable", () => {\n      store.external.holdTopics',
    instead: 'store.commit("computed", () => {\n      store.external.holdTopics',
  },
  {
    name: "a result is accepted before it is on the disk (R9)",
    file: "engine/src/external/external-queue.ts",
    text: 'store.commit("durable", () => {\n      problem',
    instead: 'store.commit("computed", () => {\n      problem',
  },
  {
    name: "a lease does not end when its task is completed",
    file: "engine/src/external/complete-task.ts",
    text: '    store.external.endLease(task.id, lease.number, "completed", null);\n',
    instead: "",
  },
  {
    name: "a result that is sent again is refused",
    file: "engine/src/external/complete-task.ts",
    text: 'if (lease.ending === "completed" && encode',
    instead: "if (lease.ending === null && encode",
  },
  {
    name: "a result that comes too late is not kept",
    file: "engine/src/external/complete-task.ts",
    text: "return refuse(store, { gate, decision }, tooLate(held, gate));",
    instead: "return tooLate(held, gate);",
  },
  {
    name: "a sign of life does not keep a lease",
    file: "engine/src/store/sql/external-tasks.ts",
    text: "SET due_at = ${now} + ?, progress",
    instead: "SET due_at = max(due_at, ?), progress",
  },
  {
    name: "a task that is lost again and again is never set aside",
    file: "engine/src/external/take-back.ts",
    text: "lostLeases >= maxLostLeases",
    instead: "lostLeases > maxLostLeases",
  },
  {
    name: "more of a topic are given out than its limit allows",
    file: "engine/src/store/sql/external-tasks.ts",
    text: "(least as number) - count(topic)",
    instead: "(least as number) - count(topic) + 1",
  },
  {
    name: "what comes first is not given out first",
    file: "engine/src/store/sql/external-tasks.ts",
    text: "state = 'ready' ORDER BY priority DESC, gate LIMIT ?",
    instead: "state = 'ready' ORDER BY gate LIMIT ?",
  },
  {
    name: "a task stays in line when its gate is closed",
    file: "engine/src/gates/vote.ts",
    text: '  if (gate.kind === "external") store.external.end(gate.id);\n',
    instead: "",
  },
  {
    name: "a task is tried again once too often",
    file: "engine/src/external/lease-reports.ts",
    text: "task.failures >= task.retries.count",
    instead: "task.failures > task.retries.count",
  },
  {
    name: "who gave a task up or back is refused when they say so again",
    file: "engine/src/external/lease-reports.ts",
    text: "lease.ending === ending && lease.number === task.attempts",
    instead: "lease.ending === ending && lease.number < task.attempts",
  },
  {
    name: "tasks are given to those who have no right to them",
    file: "engine/src/external/external-queue.ts",
    text: '    requireRight(request.by, "work");\n',
    instead: "",
  },
  {
    name: "who waits for tasks is not told of one that comes back",
    file: "engine/src/external/external-queue.ts",
    text: "    this.#arrivals.tell();\n    return task;",
    instead: "    return task;",
  },
  {
    name: "an event is used by everybody who waits for it (C24)",
    file: "engine/src/store/sql/events.ts",
    text: `      prepare("INSERT INTO event_offer (event, gate, misfit) VALUES (?, ?, ?)").queue(
        null,
        event,
        gate,
        misfit,
      );
      if (misfit === null)
        prepare("UPDATE event SET given = 1, undelivered = 0`,
    instead: `      if (misfit !== null)
        prepare("INSERT INTO event_offer (event, gate, misfit) VALUES (?, ?, ?)").queue(null, event, gate, misfit);
      if (misfit === null)
        prepare("UPDATE event SET undelivered = 0`,
  },
  {
    name: "an event is accepted before it is on the disk (C18)",
    file: "engine/src/events/event-desk.ts",
    text: 'store.commit("durable", () => {\n      number = store.events.insert(row);',
    instead: 'store.commit("computed", () => {\n      number = store.events.insert(row);',
  },
  {
    name: "a message that comes again is not known",
    file: "engine/src/events/new-event.ts",
    text: "id: id ?? uuidv7(now)",
    instead: "id: id === undefined ? uuidv7(now) : `${id} ${uuidv7(now)}`",
  },
  {
    name: "an event does not wake the run that takes it (R10)",
    file: "engine/src/events/event-desk.ts",
    text: "    if (run !== null) this.#options.decided(run);\n    const event",
    instead: "    const event",
    isEasy: true,
  },
  {
    name: "an event that is kept is not found by who comes later (C24)",
    file: "engine/src/store/sql/events.ts",
    text: "WHERE e.key = ? AND e.given = 0",
    instead: "WHERE e.key = ? AND e.given = 2",
  },
  {
    name: "who has waited the shortest takes an event",
    file: "engine/src/store/sql/events.ts",
    text: "${NOT_OFFERED}\n  ORDER BY g.opened_at, g.id",
    instead: "${NOT_OFFERED}\n  ORDER BY g.opened_at DESC, g.id DESC",
  },
  {
    name: "the youngest event that is kept is taken first",
    file: "engine/src/store/sql/events.ts",
    text: "ORDER BY e.number LIMIT ?",
    instead: "ORDER BY e.number DESC LIMIT ?",
  },
  {
    name: "an event for all is used up by the first who takes it",
    file: "engine/src/store/sql/events.ts",
    text: "WHERE number = ? AND recipients = 'one'",
    instead: "WHERE number = ?",
  },
  {
    name: "an event for all is given to one, and to those who come later",
    file: "engine/src/events/event-desk.ts",
    text: "    if (kept.isNew && !kept.isGiven) this.#deliver(kept.number);\n",
    instead: "",
  },
  {
    name: "an event that does not fit is not kept as evidence",
    file: "engine/src/events/offer.ts",
    text: "  if (isLigaseError(read)) refuse(store, { gate, decision: given }, read);\n  else settleGate",
    instead: "  if (!isLigaseError(read)) settleGate",
  },
  {
    name: "events are taken from those who have no right to publish any",
    file: "engine/src/events/event-desk.ts",
    text: '    requireRight(by, "publish");\n',
    instead: "",
  },
  {
    name: "a gate is handed over by who has no right to it",
    file: "engine/src/launch/hand-over.ts",
    text: "  checkRight(gate, run.user, given);\n",
    instead: "",
  },
  {
    name: "a hand-over is accepted before it is on the disk (R9)",
    file: "engine/src/launch/hand-over.ts",
    text: 'store.commit("durable", () => {',
    instead: 'store.commit("computed", () => {',
  },
  {
    name: "who handed a gate over may still decide it",
    file: "engine/src/gates/rights.ts",
    text: "if (gate.deciders !== null && gaveAway(gate.deciders, by)) return",
    instead: "if (gate.deciders !== null && by === null) return",
  },
  {
    name: "those from whom a gate was taken may still decide it",
    file: "engine/src/launch/hand-over.ts",
    text: "deciders: { ...to, handedOver }",
    instead: "deciders: { ...to, users: [...to.users, ...(gate.deciders?.users ?? [])], handedOver }",
  },
  {
    name: "a gate is given to so few that nobody can decide it",
    file: "engine/src/launch/hand-over.ts",
    text: "return all < policy.quorum ?",
    instead: "return all < 1 ?",
  },
  {
    name: "an escalation forgets who handed a gate over",
    file: "engine/src/gates/due.ts",
    text: "  ...a,\n  users:",
    instead: "  users:",
  },
  {
    name: "of several decisions those before a refused one count (C20)",
    file: "engine/src/launch/decide.ts",
    text: `    store.commit("durable", () => {
      holdChains(store, wanted);
      decided = wanted.map((one) => decideNow(store, one));
    });`,
    instead: `    for (const one of wanted)
      store.commit("durable", () => {
        holdChains(store, [one]);
        decided = [...decided, decideNow(store, one)];
      });`,
  },
  {
    name: "of several decisions the one that is refused is not kept as evidence (C20)",
    file: "engine/src/launch/decide.ts",
    text: '    store.commit("durable", () => refuse(store, vote, problem));\n',
    instead: "",
  },
  {
    name: "several decisions wake one run",
    file: "engine/src/launch/world-engine.ts",
    text: "new Set(decided.map(({ runId }) => runId))",
    instead: "new Set(decided.slice(0, 1).map(({ runId }) => runId))",
  },
];
