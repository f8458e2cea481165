import type { TestContext } from "node:test";
import type { GatePolicy } from "@ligase/sdk/internal";
import type { GateRecord } from "@ligase/engine/testing";
import type { JobRow, NewCall, NewRun, Store } from "@ligase/engine/testing";

/** A store to be tested, empty at first. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Another connection to the same state, as another process has one. The rig closes it. */
  readonly another: () => Store;
  /** Lets so much of the store's time pass, by which leases go. */
  readonly pass: (ms: number) => void;
  /** Closes all and removes the state. */
  readonly close: () => void;
}

export interface StoreContractOptions {
  /** Why the store cannot be tested on this machine. */
  readonly skip?: string | false;
  readonly open: () => StoreUnderTest;
}

/** The store of a test, closed with it. */
export function rigOf(t: TestContext, { open }: StoreContractOptions): StoreUnderTest {
  const rig = open();
  t.after(() => rig.close());
  return rig;
}

/** Ids in the order of their making. */
export const idOf = (n: number): string => `0190a000-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const RUN = idOf(1);

export function newRun(id: string, fields: Partial<NewRun> = {}): NewRun {
  const empty = { args: "{}", bundle: "{}", user: "ana", tags: {}, options: "{}", parent: null };
  return { id, name: "top", file: "flow.ts", createdAt: 1_000, ...empty, ...fields };
}

/** Inserts runs in one transaction. */
export function withRuns(store: Store, ...ids: readonly string[]): void {
  store.commit("computed", () => ids.forEach((id) => store.runs.insert(newRun(id))));
}

export function jobRow(store: Store, fields: Partial<JobRow> = {}): JobRow {
  const times = { queuedAt: 1_001, startedAt: null, endedAt: null };
  const taskId = store.calls.taskId("align", "hash-1");
  const ending = { error: null, callNode: null, executor: null, parent: null };
  return {
    runId: RUN,
    number: 1,
    task: "align",
    taskId,
    key: "1:key",
    status: "queued",
    reason: { kind: "new" },
    ...times,
    ...ending,
    ...fields,
  };
}

/** A key as the engine makes them: codec, colon, 43 digits of base64url. */
export const keyOf = (text: string): string => `1:${Buffer.from(text).toString("base64url").padEnd(43, "A")}`;

export function newCall(store: Store, fields: Partial<NewCall> = {}): NewCall {
  const task = { taskId: store.calls.taskId("align", "hash-1"), taskSet: store.calls.setId("task", "[1]") };
  const result = { first: null, value: "42", fileSet: null, volatile: false };
  const place = { runId: RUN, job: 1, edges: null, valueEdges: null };
  return { key: keyOf("key"), args: "{}", ...task, ...result, ...place, createdAt: 1_002, ...fields };
}

export function gateRecord(id: string, fields: Partial<GateRecord> = {}): GateRecord {
  const shown = {
    question: "Is it good?",
    value: { n: 1n, when: new Date(5), list: [new Set(["a"])] },
    evidence: ["a", { b: null }],
  };
  const policy: GatePolicy = {
    timeoutMs: 5_000,
    onTimeout: "fail",
    requireComment: true,
    reuse: "never",
    deciders: { users: ["ana"], roles: ["admin"] },
    quorum: 2,
    notLauncher: true,
    remindersMs: [9, 1],
    escalation: { to: { users: [], roles: ["approver"] }, timeoutMs: null },
  };
  return {
    id,
    runId: RUN,
    job: 3,
    kind: "approve",
    name: "qc",
    path: "map[S1]/qc",
    status: "open",
    ...shown,
    schema: { kind: "text" },
    policy,
    contentHash: "1:content",
    openedAt: 2_000,
    deadlineAt: 7_000,
    decision: null,
    deciders: policy.deciders,
    isEscalated: false,
    reminded: 0,
    callers: [0, 3],
    ...fields,
  };
}
