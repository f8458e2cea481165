import { decode, encode } from "@ligase/sdk/values";
import type { GateKind, GatePolicy, TypeIr } from "@ligase/sdk/internal";
import type { DecisionRecord, GateRecord } from "../../model/records.ts";
import type { GateStatus } from "../../model/states.ts";
import type { GateStore, StoredSignal } from "../../ports/store.ts";
import type { Prepare, Row, SqlValue } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

const stored = (value: unknown): string => encode(value, { locations: true });
const GATE = "SELECT g.*, r.id AS run_id FROM gate g JOIN run r ON r.number = g.run";
const SIGNAL = "SELECT s.*, r.id AS run_id FROM signal s JOIN run r ON r.number = s.run";

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
  "deadline_at",
  "decision",
  "edges",
];
const INSERT = `INSERT INTO gate (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

export function gateStore(prepare: Prepare, runNumber: RunNumber): GateStore {
  const one = (row: unknown): GateRecord | null => (row === undefined ? null : toGate(row as Row));
  return {
    insert({ gate, owner, edges }) {
      prepare(INSERT).queue(gate.id, gate.id, runNumber(gate.runId), owner, ...gateColumns(gate), edges);
    },
    edges: (id) =>
      (prepare("SELECT edges FROM gate WHERE id = ?").get(id)?.["edges"] ?? null) as string | null,
    get: (id) => one(prepare(`${GATE} WHERE g.id = ?`).get(id)),
    at: (runId, owner, path) =>
      one(
        prepare(`${GATE} WHERE g.run = ? AND g.owner = ? AND g.path = ?`).get(runNumber(runId), owner, path),
      ),
    list(runId) {
      const rows =
        runId === null
          ? prepare(`${GATE} WHERE g.status = 'open' ORDER BY g.opened_at, g.id`).all()
          : prepare(`${GATE} WHERE g.run = ? ORDER BY g.opened_at, g.path`).all(runNumber(runId));
      return rows.map(toGate);
    },
    close(id, status, decision) {
      const closed = prepare("UPDATE gate SET status = ?, decision = ? WHERE id = ? AND status = 'open'").run(
        status,
        decision === null ? null : stored(decision),
        id,
      );
      return closed.changes === 1;
    },
    putSignal(signal) {
      prepare("INSERT INTO signal (run, gate_id, address, state, decision) VALUES (?, ?, ?, ?, ?)").queue(
        null,
        runNumber(signal.runId),
        signal.gateId,
        signal.address,
        signal.state,
        stored(signal.decision),
      );
    },
    early: (runId, name) =>
      prepare(`${SIGNAL} WHERE s.run = ? AND s.address = ? AND s.state = 'early' ORDER BY s.id`)
        .all(runNumber(runId), name)
        .map(toSignal),
    useEarly(id) {
      prepare("UPDATE signal SET state = 'used' WHERE id = ?").queue(id, id);
    },
    signals: (runId) =>
      prepare(`${SIGNAL} WHERE s.run = ? ORDER BY s.id`).all(runNumber(runId)).map(toSignal),
    reusable(contentHash) {
      const row = prepare(
        "SELECT decision FROM gate WHERE content_hash = ? AND status = 'resolved' ORDER BY opened_at DESC LIMIT 1",
      ).get(contentHash);
      return row === undefined ? null : (decode(row["decision"] as string) as DecisionRecord);
    },
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
    stored(gate.schema),
    stored(gate.policy),
    gate.contentHash,
    gate.openedAt,
    gate.deadlineAt,
    gate.decision === null ? null : stored(gate.decision),
  ];
}

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
