import { fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AnswersInput, AnswersMeasured } from "../measuring/gates.ts";
import { timeAnswers } from "./gates/answers.ts";
import { LigaseGates } from "./gates/ligase.ts";

/*
 * Answers to gates of runs that are in memory, and between them, in the same process and on the same disk, the least that
 * a FULL commit does, and the least that is one.
 */

const { root, file, count } = JSON.parse(process.argv[2] ?? "") as AnswersInput;
const gates = await LigaseGates.open(root, file);

/** A page and its header, as SQLite appends them to its log. */
const page = Buffer.alloc(4_096 + 24);
const appended = openSync(join(root, "appended"), "a");
const database = new DatabaseSync(join(root, "floor.db"));
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE answer (run INTEGER);`);
const insert = database.prepare("INSERT INTO answer VALUES (1)");

const [syncs, commits]: [number[], number[]] = [[], []];
const answers = await timeAnswers(gates, count, () => {
  syncs.push(secondsOf(appendAndSync));
  commits.push(secondsOf(() => insert.run()));
});
process.stdout.write(JSON.stringify({ answers, syncs, commits } satisfies AnswersMeasured));
database.close();
await gates.engine.close();

function appendAndSync(): void {
  writeSync(appended, page);
  fdatasyncSync(appended);
}

function secondsOf(act: () => unknown): number {
  const start = performance.now();
  act();
  return (performance.now() - start) / 1000;
}
