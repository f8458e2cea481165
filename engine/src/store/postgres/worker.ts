import { workerData, type MessagePort } from "node:worker_threads";
import { ConnectionError } from "./connection.ts";
import { migrate } from "./migrate.ts";
import {
  ANSWERED,
  type Answer,
  type Problem,
  type Request,
  type Result,
  type WorkerOptions,
} from "./protocol.ts";
import { ProblemError, Session } from "./session.ts";
import { Side } from "./side.ts";

/* The thread that talks to the server, for the store that waits. Requests are answered one after another. */

type Ask = Request & { readonly id: number };

const { port, ...options } = workerData as WorkerOptions & { readonly port: MessagePort };
const session = new Session(options);
const side = new Side(options, (pid) => session.pids.has(pid));
let last = Promise.resolve();

port.on("message", (ask: Ask) => {
  last = answerAfter(last, ask);
});

async function answerAfter(before: Promise<void>, ask: Ask): Promise<void> {
  await before;
  port.postMessage(await answer(ask));
  Atomics.store(options.shared, ANSWERED, ask.id);
  Atomics.notify(options.shared, ANSWERED);
}

async function answer(ask: Ask): Promise<Answer> {
  try {
    return { id: ask.id, results: await results(ask) };
  } catch (error) {
    return { id: ask.id, problem: problemOf(error) };
  }
}

async function results(ask: Ask): Promise<readonly Result[]> {
  switch (ask.kind) {
    case "open":
      await session.use((connection) => migrate(connection, options.schema, ask.migrations));
      return session.read([{ text: COLUMNS, values: [] }]);
    case "read":
      return session.read(ask.steps);
    case "transact":
      return session.transact(ask);
    case "number":
      return side.number(ask.steps);
    case "listen":
      await side.listen();
      return [];
    case "close":
      await Promise.all([session.close(), side.close()]);
      return [];
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const reason = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ConnectionError) || !error.isLost)
    return { kind: "sql", code: error instanceof ConnectionError ? error.code : "", reason };
  return { kind: "unavailable", reason };
}

/** The types of all columns, for lists of their values. */
const COLUMNS = `SELECT c.relname || '.' || a.attname, format_type(a.atttypid, null)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`;
