import { LigaseError } from "@ligase/sdk";
import { isPrintableLine } from "@ligase/sdk/values";
import type { Heartbeat, LeaseRequest } from "../ports/external-tasks.ts";

/* What workers send is hostile: it is checked here, and nowhere else. */

const MINUTE_MS = 60_000;
const [SHORTEST_MS, LONGEST_MS] = [1_000, 24 * 60 * MINUTE_MS];
const [MOST_TOPICS, MOST_TASKS] = [100, 100];
const LONGEST_NAME = 200;
const LONGEST_TEXT = 4_000;
const MOST_LINES = 1_000;

/** A text may have lines and tabs. */
const UNPRINTABLE_IN_TEXT = /(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu;

/** A request for tasks with its defaults. */
export type CheckedLease = Required<LeaseRequest>;

/** Throws `external-request-not-valid`. */
export function checkedLeaseRequest(request: LeaseRequest): CheckedLease {
  const { worker, by, lastsMs = MINUTE_MS, limit = 1 } = request;
  const topics = [...new Set(request.topics)];
  if (by.name.trim() === "") throw notValid("it does not say whose worker it is");
  if (worker.trim() === "" || worker.length > LONGEST_NAME || !isPrintableLine(worker))
    throw notValid(`the worker's name is not one line of 1 to ${LONGEST_NAME} characters`);
  if (topics.length === 0 || topics.length > MOST_TOPICS)
    throw notValid(`it does not name 1 to ${MOST_TOPICS} topics`);
  if (!isWhole(lastsMs, SHORTEST_MS, LONGEST_MS))
    throw notValid("a lease lasts a whole number of milliseconds, from a second to a day");
  if (!isWhole(limit, 1, MOST_TASKS)) throw notValid(`it does not ask for 1 to ${MOST_TASKS} tasks`);
  return { topics: topics.filter(isStorable), worker, by, lastsMs, limit };
}

/** No task has a topic with such characters, and not every store can be asked for it. */
const isStorable = (topic: string): boolean => isPrintableLine(topic);

/** Throws `external-request-not-valid`. */
export function checkedSign({ progress, message, log = [] }: Heartbeat): Heartbeat {
  if (progress !== undefined && !(progress >= 0 && progress <= 1))
    throw notValid("the progress is not a number from 0 to 1");
  if (log.length > MOST_LINES) throw notValid(`the log has more than ${MOST_LINES} lines`);
  return {
    ...(progress === undefined ? {} : { progress }),
    ...(message === undefined ? {} : { message: plainText(message) }),
    log: log.map(plainText),
  };
}

/** A worker's text as it is kept: cut to a length, and without characters that a terminal would obey. */
export const plainText = (text: string): string =>
  text.slice(0, LONGEST_TEXT).toWellFormed().replaceAll(UNPRINTABLE_IN_TEXT, "\uFFFD");

/** An id as a message may hold it. */
export const shownId = (id: string): string => JSON.stringify(id.slice(0, 60));

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

const notValid = (reason: string): LigaseError => new LigaseError("external-request-not-valid", { reason });
