import { decode, encode } from "@ligase/sdk/values";
import type { EventRecord } from "../../model/event.ts";
import type { EventStore, WaitingGate } from "../../ports/event-store.ts";
import type { Prepare, Row, SqlDatabase } from "./database.ts";
import { eventLaunchStore, launchesOf } from "./event-launches.ts";
import { upsert } from "./upsert.ts";

const INSERT = `INSERT INTO event
    (source, message, key, recipients, publisher, received_at, expires_at, forget_at, given, undelivered,
     payload)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?)
  ON CONFLICT (source, message) DO NOTHING RETURNING number`;

/** A gate that the event was not offered yet. */
const NOT_OFFERED = "NOT EXISTS (SELECT 1 FROM event_offer o WHERE o.event = e.number AND o.gate = g.id)";

const KEPT = `SELECT e.number FROM event e
  WHERE e.key = ? AND e.given = 0 AND e.expires_at > ?
    AND NOT EXISTS (SELECT 1 FROM event_offer o WHERE o.event = e.number AND o.gate = ?)
  ORDER BY e.number LIMIT ?`;

/** A gate that waits for a key, with the number of its run. */
const OPEN_GATE = "g.status = 'open' AND g.event_key IS NOT NULL";

const WAITING = `SELECT g.id, r.id AS run_id FROM event e
  JOIN gate g ON g.event_key = e.key JOIN run r ON r.number = g.run
  WHERE e.number = ? AND e.given = 0 AND e.expires_at > ? AND ${OPEN_GATE} AND ${NOT_OFFERED}
  ORDER BY g.opened_at, g.id LIMIT ?`;

const AWAITING = `SELECT g.id, r.id AS run_id FROM gate g JOIN run r ON r.number = g.run
  WHERE g.event_key = ? AND ${OPEN_GATE} ORDER BY g.opened_at, g.id LIMIT ?`;

const AWAITED_KEYS = `SELECT DISTINCT g.event_key FROM gate g
  WHERE g.event_key > ? AND g.event_key >= ? AND g.event_key < ? AND ${OPEN_GATE}
  ORDER BY g.event_key LIMIT ?`;

const TO_FORGET = "SELECT number FROM event WHERE forget_at <= ? ORDER BY forget_at, number LIMIT ?";

const PUT_CURSOR = upsert("event_cursor", ["source"], ["position"]);

export function eventStore(database: SqlDatabase): EventStore {
  const { prepare } = database;
  const one = (row: Row | undefined): EventRecord | null =>
    row === undefined ? null : toEvent(prepare, row);
  const get = (number: number): EventRecord | null =>
    one(prepare("SELECT * FROM event WHERE number = ?").get(number));
  return {
    insert(event) {
      const row = prepare(INSERT).get(
        event.source,
        event.id,
        event.key,
        event.to,
        event.by,
        event.receivedAt,
        event.expiresAt,
        event.forgetAt,
        encode(event.payload, { locations: true }),
      );
      return row === undefined ? null : (row["number"] as number);
    },
    get,
    named: (source, id) =>
      one(prepare("SELECT * FROM event WHERE source = ? AND message = ?").get(source, id)),
    list(key, before, limit) {
      const [where, values] = key === null ? ["", []] : ["key = ? AND ", [key]];
      const sql = `SELECT * FROM event WHERE ${where}number < ? ORDER BY number DESC LIMIT ?`;
      return prepare(sql)
        .all(...values, before, limit)
        .map((row) => toEvent(prepare, row));
    },
    ...matching(database, get),
    ...awaited(prepare),
    ...eventLaunchStore(prepare),
    isToForget: (now) => prepare(TO_FORGET).get(now, 1) !== undefined,
    forget: (now, limit) => forget(database, now, limit),
    launches: (trigger, message, runId) =>
      prepare("INSERT INTO trigger_launch (name, message, run) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(
        trigger,
        message,
        runId,
      ).changes === 1,
    launchedFor: (trigger, message) =>
      (prepare("SELECT run FROM trigger_launch WHERE name = ? AND message = ?").get(trigger, message)?.[
        "run"
      ] ?? null) as string | null,
    cursor: (source) =>
      (prepare("SELECT position FROM event_cursor WHERE source = ?").get(source)?.["position"] ?? null) as
        string | null,
    putCursor(source, cursor) {
      prepare(PUT_CURSOR).queue(source, source, cursor);
    },
  };
}

/** Which event is for which gate. */
function matching(
  { prepare, prepareGuard }: SqlDatabase,
  get: EventStore["get"],
): Pick<EventStore, "hold" | "kept" | "waiting" | "undelivered" | "delivered" | "offered"> {
  return {
    hold(number) {
      prepareGuard(TURN).get();
      return get(number);
    },
    kept: ({ id, key }, now, limit) => prepare(KEPT).all(key, now, id, limit).map(numberOf),
    waiting: (event, now, limit) => prepare(WAITING).all(event, now, limit).map(toWaiting),
    undelivered: (limit) =>
      prepare("SELECT number FROM event WHERE undelivered = 1 ORDER BY number LIMIT ?")
        .all(limit)
        .map(numberOf),
    delivered(number) {
      prepare("UPDATE event SET undelivered = 0 WHERE number = ?").queue(number, number);
    },
    offered(event, gate, misfit) {
      prepare("INSERT INTO event_offer (event, gate, misfit) VALUES (?, ?, ?)").queue(
        null,
        event,
        gate,
        misfit,
      );
      if (misfit === null)
        prepare("UPDATE event SET given = 1, undelivered = 0 WHERE number = ? AND recipients = 'one'").queue(
          event,
          event,
        );
    },
  };
}

function awaited(prepare: Prepare): Pick<EventStore, "awaitedKeys" | "awaiting"> {
  return {
    awaitedKeys: (beginning, after, limit) =>
      prepare(AWAITED_KEYS)
        .all(after, beginning, behind(beginning), limit)
        .map((row) => row["event_key"] as string),
    awaiting: (key, limit) => prepare(AWAITING).all(key, limit).map(toWaiting),
  };
}

const TURN = "SELECT id FROM event_turn WHERE id = 1";

/** The first text behind all that begin with a text whose last character is of ASCII. */
const behind = (beginning: string): string =>
  beginning.slice(0, -1) + String.fromCharCode(beginning.charCodeAt(beginning.length - 1) + 1);

function forget({ prepare, prepareGuard }: SqlDatabase, now: number, limit: number): number {
  prepareGuard(TURN).get();
  const over = `(${TO_FORGET})`;
  prepare(`DELETE FROM event_offer WHERE event IN ${over}`).run(now, limit);
  prepare(`DELETE FROM event_launch WHERE event IN ${over}`).run(now, limit);
  return prepare(`DELETE FROM event WHERE number IN ${over}`).run(now, limit).changes;
}

function toEvent(prepare: Prepare, row: Row): EventRecord {
  const offers = prepare("SELECT gate, misfit FROM event_offer WHERE event = ? ORDER BY gate").all(
    row["number"] as number,
  );
  return {
    number: row["number"] as number,
    source: row["source"] as string,
    id: row["message"] as string,
    key: row["key"] as string,
    payload: decode(row["payload"] as string),
    to: row["recipients"] as EventRecord["to"],
    by: row["publisher"] as string | null,
    receivedAt: row["received_at"] as number,
    expiresAt: row["expires_at"] as number,
    takenBy: offers.filter(({ misfit }) => misfit === null).map(({ gate }) => gate as string),
    refusedBy: offers
      .filter(({ misfit }) => misfit !== null)
      .map(({ gate, misfit }) => ({ gate: gate as string, reason: misfit as string })),
    launches: launchesOf(prepare, row["number"] as number),
  };
}

const numberOf = (row: Row): number => row["number"] as number;

const toWaiting = (row: Row): WaitingGate => ({ id: row["id"] as string, runId: row["run_id"] as string });
