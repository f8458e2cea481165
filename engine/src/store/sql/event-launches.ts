import type { EventLaunch } from "../../model/event.ts";
import type { EventLaunchStore, EventTriggerRow } from "../../ports/event-store.ts";
import type { Prepare, Row } from "./database.ts";
import { upsert } from "./upsert.ts";

const PUT_TRIGGER = upsert("event_trigger", ["name"], ["file", "key", "is_prefix"]);

const WITH_KEY = `SELECT name FROM event_trigger
  WHERE key = ? OR (is_prefix = 1 AND key = substr(?, 1, length(key))) ORDER BY name`;

const IS_TO_COME = "run IS NULL AND problem IS NULL";

const TO_LAUNCH = `SELECT l.event FROM event_launch l JOIN event e ON e.number = l.event
  WHERE l.name = ? AND l.event > ? AND l.run IS NULL AND l.problem IS NULL AND e.expires_at > ?
  ORDER BY l.event LIMIT ?`;

export function eventLaunchStore(prepare: Prepare): EventLaunchStore {
  return {
    eventTriggers: (file) =>
      prepare("SELECT name, key, is_prefix FROM event_trigger WHERE file = ? ORDER BY name")
        .all(file)
        .map(toTrigger),
    putEventTriggers(file, triggers) {
      prepare("DELETE FROM event_trigger WHERE file = ?").run(file);
      for (const { name, key, isPrefix } of triggers)
        prepare(PUT_TRIGGER).queue(name, name, file, key, isPrefix ? 1 : 0);
    },
    addLaunches(event, key) {
      const triggers = prepare(WITH_KEY).all(key, key);
      for (const { name } of triggers)
        prepare("INSERT INTO event_launch (event, name, run, problem) VALUES (?, ?, ?, ?)").queue(
          null,
          event,
          name as string,
          null,
          null,
        );
      return triggers.length > 0;
    },
    toLaunch: (trigger, after, now, limit) =>
      prepare(TO_LAUNCH)
        .all(trigger, after, now, limit)
        .map((row) => row["event"] as number),
    launched: (event, trigger, runId) =>
      prepare(`UPDATE event_launch SET run = ? WHERE event = ? AND name = ? AND ${IS_TO_COME}`).run(
        runId,
        event,
        trigger,
      ).changes === 1,
    notLaunched(event, trigger, problem) {
      prepare(`UPDATE event_launch SET problem = ? WHERE event = ? AND name = ? AND ${IS_TO_COME}`).run(
        problem,
        event,
        trigger,
      );
    },
  };
}

/** The runs that an event launches. */
export const launchesOf = (prepare: Prepare, event: number): readonly EventLaunch[] =>
  prepare("SELECT name, run, problem FROM event_launch WHERE event = ? ORDER BY name")
    .all(event)
    .map(toLaunch);

const toLaunch = (row: Row): EventLaunch => ({
  trigger: row["name"] as string,
  run: row["run"] as string | null,
  problem: row["problem"] as string | null,
});

const toTrigger = (row: Row): EventTriggerRow => ({
  name: row["name"] as string,
  key: row["key"] as string,
  isPrefix: row["is_prefix"] === 1,
});
