import { decode, encode } from "@ligase/sdk/values";
import type { GateKind, GatePolicy, TypeIr } from "@ligase/sdk/internal";
import { awaitedEvent } from "../../model/awaited-event.ts";
import type { DecisionRecord, GateRecord } from "../../model/records.ts";
import type { GateStatus } from "../../model/states.ts";
import type { GateChange, GateStore, StoredSignal } from "../../ports/gate-store.ts";
import type { Prepare, Row, SqlDatabase, SqlValue } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

const stored = (value: unknown): string => encode(value, { locations: true });
const GATE = "SELECT g.*, r.id AS run_id FROM gate g JOIN run r ON r.number = g.run";
const SIGNAL = "SELECT s.*, r.id AS run_id FROM signal s JOIN run r ON r.number = s.run";

/** A gate that is asked again in its run has its owner in another round. */
const ROUND = / round \d+$/;
const PLACE = `SELECT g.owner, g.path, g.opened_at, r.name AS run_name
  FROM gate g JOIN run r ON r.number = g.run WHERE g.id = ?`;
const DECIDED_BEFORE = `${GATE} WHERE g.path = ? AND g.status = 'resolved' AND g.opened_at <= ? AND g.id <> ?
  AND r.name = ? AND (g.owner = ? OR g.owner LIKE ?) ORDER BY g.opened_at DESC LIMIT 1`;

const COLUMNS = [
  "id",
  "run",
  "owner",
  "path",
  "job",
  "kind",
  "name",
  "status",
  "question",
  "value",
  "evidence",
  "schema",
  "policy",
  "content_hash",
  "opened_at",
  "changed_at",
  "deadline_at",
  "decision",
  "edges",
  "deciders",
  "escalated",
  "reminded",
  "callers",
  "event_key",
];
const INSERT = `INSERT INTO gate (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

export function gateStore(database: SqlDatabase, runNumber: RunNumber): GateStore {
  const { prepare, prepareGuard } = database;
  const changed = changedNow(database);
  const one = (row: unknown): GateRecord | null => (row === undefined ? null : toGate(row as Row));
  return {
    insert({ gate, owner, edges }) {
      const columns = [...gateColumns(gate), edges, ...changeColumns(gate), awaitedEvent(gate)?.key ?? null];
      prepare(INSERT).queue(gate.id, gate.id, runNumber(gate.runId), owner, ...columns);
    },
    hold(id) {
      prepareGuard("SELECT id FROM gate WHERE id = ?").get(id);
      return one(prepare(`${GATE} WHERE g.id = ?`).get(id));
    },
    change(id, change) {
      prepare(`UPDATE gate SET ${changed}, ${CHANGE} WHERE id = ?`).queue(
        id,
        change.deadlineAt,
        ...changeColumns(change),
        id,
      );
    },
    voted(id) {
      prepare(`UPDATE gate SET ${changed} WHERE id = ?`).queue(id, id);
    },
    edges: (id) =>
      (prepare("SELECT edges FROM gate WHERE id = ?").get(id)?.["edges"] ?? null) as string | null,
    get: (id) => one(prepare(`${GATE} WHERE g.id = ?`).get(id)),
    decidedBefore(id) {
      const row = prepare(PLACE).get(id);
      if (row === undefined) return null;
      const owner = (row["owner"] as string).replace(ROUND, "");
      const { path, opened_at: openedAt, run_name: name } = row as Readonly<Record<string, SqlValue>>;
      const placed = [path, openedAt, id, name, owner, `${owner} round %`].map((value) => value ?? null);
      return one(prepare(DECIDED_BEFORE).get(...placed));
    },
    at: (runId, owner, path) =>
      one(
        prepare(`${GATE} WHERE g.run = ? AND g.owner = ? AND g.path = ?`).get(runNumber(runId), owner, path),
      ),
    list: (runId) =>
      prepare(`${GATE} WHERE g.run = ? ORDER BY g.opened_at, g.path`).all(runNumber(runId)).map(toGate),
    addressed(runId, by, text) {
      const sql = `${GATE} WHERE g.run = ? AND g.${by} = ? ORDER BY g.opened_at, g.path`;
      return prepare(sql).all(runNumber(runId), text).map(toGate);
    },
    close(id, status, decision) {
      const close = `UPDATE gate SET ${changed}, status = ?, decision = ? WHERE id = ? AND status = 'open'`;
      const text = decision === null ? null : stored(decision);
      return prepare(close).run(status, text, id).changes === 1;
    },
    ...openGates(database, runNumber),
    ...signalRows(prepare, runNumber),
    reusable(contentHash) {
      const sql = `${GATE} WHERE g.content_hash = ? AND g.status = 'resolved'
        AND EXISTS (SELECT 1 FROM signal s WHERE s.gate_id = g.id AND s.state = 'used') ORDER BY g.opened_at DESC LIMIT 1`;
      return one(prepare(sql).get(contentHash));
    },
  };
}

/** Gates that nobody decided yet. */
function openGates(
  { prepare, now }: SqlDatabase,
  runNumber: RunNumber,
): Pick<GateStore, "open" | "forPeople" | "changedForPeople" | "openOf"> {
  return {
    open(after, limit) {
      const [openedAt, id] = after === null ? [-1, ""] : [after.openedAt, after.id];
      const sql = `${GATE} WHERE g.status = 'open' AND (g.opened_at, g.id) > (?, ?) ORDER BY g.opened_at, g.id LIMIT ?`;
      return prepare(sql).all(openedAt, id, limit).map(toGate);
    },
    forPeople(after, limit) {
      const { deadlineAt, openedAt, id } = after ?? { deadlineAt: -1, openedAt: -1, id: "" };
      return prepare(FOR_PEOPLE)
        .all(deadlineAt ?? NO_DEADLINE, deadlineAt ?? NO_DEADLINE, openedAt, id, limit)
        .map(toGate);
    },
    changedForPeople(since) {
      // Asked first: what is written meanwhile is found at the next look.
      const time = Number(prepare(`SELECT ${now} AS time`).get()?.["time"]);
      const gates = prepare(CHANGED)
        .all(since ?? time)
        .map((row) => ({
          id: row["id"] as string,
          runId: row["run_id"] as string,
          changedAt: row["changed_at"] as number,
        }));
      return { now: time, gates };
    },
    openOf: (runId) =>
      prepare("SELECT id FROM gate WHERE run = ? AND status = 'open'")
        .all(runNumber(runId))
        .map((row) => row["id"] as string),
  };
}

const CHANGED = `SELECT g.id, r.id AS run_id, g.changed_at FROM gate g JOIN run r ON r.number = g.run
  WHERE g.kind IN ('approve', 'review', 'input') AND g.changed_at >= ? ORDER BY g.changed_at, g.id`;

/** After every deadline; the index has it, too. */
const NO_DEADLINE = Number.MAX_SAFE_INTEGER;
/** SQLite finds the place in an index by an expression that stands alone. */
const FOR_PEOPLE = `${GATE} WHERE g.status = 'open' AND g.kind IN ('approve', 'review', 'input')
    AND coalesce(g.deadline_at, ${NO_DEADLINE}) >= ?
    AND (coalesce(g.deadline_at, ${NO_DEADLINE}), g.opened_at, g.id) > (?, ?, ?)
  ORDER BY coalesce(g.deadline_at, ${NO_DEADLINE}), g.opened_at, g.id LIMIT ?`;

/** What was sent to gates: rows are only added, an early one is marked used, a vote that was changed is marked so. */
function signalRows(
  prepare: Prepare,
  runNumber: RunNumber,
): Pick<GateStore, "putSignal" | "early" | "useEarly" | "replaceVote" | "votes" | "countEarly" | "signals"> {
  return {
    putSignal(signal) {
      prepare(
        "INSERT INTO signal (id, run, gate_id, address, state, voter, decision) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ).insert(
        runNumber(signal.runId),
        signal.gateId,
        signal.address,
        signal.state,
        signal.decision.by,
        stored(signal.decision),
      );
    },
    early: (runId, name) =>
      prepare(`${SIGNAL} WHERE s.run = ? AND s.address = ? AND s.state = 'early' ORDER BY s.id`)
        .all(runNumber(runId), name)
        .map(toSignal),
    useEarly(id, gateId) {
      prepare("UPDATE signal SET state = 'used', gate_id = ? WHERE id = ?").queue(id, gateId, id);
    },
    replaceVote(id) {
      // At once: of one voter only one may be used, whatever the order in which queued writes arrive.
      prepare("UPDATE signal SET state = 'replaced' WHERE id = ?").run(id);
    },
    votes: (gateId) =>
      prepare(`${SIGNAL} WHERE s.gate_id = ? AND s.state = 'used' ORDER BY s.id`).all(gateId).map(toSignal),
    countEarly: (runId) =>
      Number(
        prepare("SELECT count(*) AS count FROM signal WHERE run = ? AND state = 'early'").get(
          runNumber(runId),
        )?.["count"],
      ),
    signals: (runId) =>
      prepare(`${SIGNAL} WHERE s.run = ? ORDER BY s.id`).all(runNumber(runId)).map(toSignal),
  };
}

/** The columns from the path on, in their order. */
function gateColumns(gate: GateRecord): readonly SqlValue[] {
  return [
    gate.path,
    gate.job,
    gate.kind,
    gate.name,
    gate.status,
    gate.question,
    stored(gate.value),
    stored(gate.evidence),
    // A form asks for its fields in this order.
    encode(gate.schema, { locations: true, asWritten: true }),
    stored(gate.policy),
    gate.contentHash,
    gate.openedAt,
    gate.openedAt,
    gate.deadlineAt,
    gate.decision === null ? null : stored(gate.decision),
  ];
}

const CHANGE = "deadline_at = ?, deciders = ?, escalated = ?, reminded = ?, callers = ?";

/** Of one gate each change has a later time than the one before. */
const changedNow = ({ now }: SqlDatabase): string =>
  `changed_at = CASE WHEN changed_at < ${now} THEN ${now} ELSE changed_at + 1 END`;

const changeColumns = (change: Omit<GateChange, "deadlineAt">): readonly SqlValue[] => [
  change.deciders === null ? null : JSON.stringify(change.deciders),
  change.isEscalated ? 1 : 0,
  change.reminded,
  JSON.stringify(change.callers),
];

function toGate(row: Row): GateRecord {
  return {
    id: row["id"] as string,
    runId: row["run_id"] as string,
    job: row["job"] as number | null,
    kind: row["kind"] as GateKind,
    name: row["name"] as string,
    path: row["path"] as string,
    status: row["status"] as GateStatus,
    question: row["question"] as string | null,
    value: decode(row["value"] as string),
    evidence: decode(row["evidence"] as string) as unknown[],
    schema: decode(row["schema"] as string) as TypeIr | null,
    policy: decode(row["policy"] as string) as GatePolicy,
    contentHash: row["content_hash"] as string,
    openedAt: row["opened_at"] as number,
    deadlineAt: row["deadline_at"] as number | null,
    decision: row["decision"] === null ? null : (decode(row["decision"] as string) as DecisionRecord),
    deciders: JSON.parse((row["deciders"] as string | null) ?? "null") as GateRecord["deciders"],
    isEscalated: row["escalated"] === 1,
    reminded: row["reminded"] as number,
    callers: JSON.parse(row["callers"] as string) as number[],
  };
}

function toSignal(row: Row): StoredSignal {
  return {
    id: row["id"] as number,
    runId: row["run_id"] as string,
    gateId: row["gate_id"] as string | null,
    address: row["address"] as string,
    state: row["state"] as StoredSignal["state"],
    decision: decode(row["decision"] as string) as DecisionRecord,
  };
}
