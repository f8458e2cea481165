import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openReader, verifyAudit } from "@ligase/engine/reader";
import type { GateRecord, Inspect, JobRecord, RunRecord } from "@ligase/engine/testing";
import { labelOf, type Named } from "./label.ts";
import { UNSOUND } from "./unsound-rows.ts";

/** What a store holds of its one run, as a process that opens it would see it. */
export interface Ledger {
  readonly run: RunRecord | null;
  /** Null unless the run succeeded. */
  readonly value: unknown;
  readonly jobs: readonly RecordedJob[];
  readonly gates: readonly GateRecord[];
  /** What is damaged. */
  readonly problems: readonly string[];
  /** Recorded calls that cannot be read: after a power cut the file of a large value may be gone. */
  readonly unreadable: readonly string[];
}

export interface RecordedJob extends JobRecord {
  /** Name of the call in the log of executions; null while the call is not recorded. */
  readonly label: string | null;
  readonly value: unknown;
}

export const EMPTY: Ledger = { run: null, value: null, jobs: [], gates: [], problems: [], unreadable: [] };
const DATABASE = ["store.db", "store.db-wal", "store.db-journal"];

/** Reads the store in a folder without touching it: a connection of ours would tidy up what the dead process left. */
export function readLedger(root: string): Ledger {
  if (!existsSync(join(root, "store.db"))) return EMPTY;
  const copy = mkdtempSync(join(tmpdir(), "ligase-ledger-"));
  try {
    for (const name of DATABASE.filter((file) => existsSync(join(root, file))))
      copyFileSync(join(root, name), join(copy, name));
    symlinkSync(join(root, "values"), join(copy, "values"));
    const problems = damageOf(join(copy, "store.db"));
    return problems.length > 0 ? { ...EMPTY, problems } : readStore({ root: copy });
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function damageOf(path: string): readonly string[] {
  try {
    using database = new DatabaseSync(path);
    // Nobody needs the copy after a power cut.
    database.exec("PRAGMA synchronous = OFF");
    const rows = database.prepare("PRAGMA integrity_check").all();
    const damage = rows.map((row) => String(row["integrity_check"])).filter((said) => said !== "ok");
    const isMade = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'run'").get() !== undefined;
    return damage.length > 0 || !isMade ? damage : unsoundIn(database);
  } catch (error) {
    return [`the store cannot be opened: ${String(error)}`];
  }
}

const unsoundIn = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(UNSOUND)
    .all()
    .map((row) => String(row["what"]));

/** Reads a store as whoever opens it does. */
export function readStore(place: { readonly root: string; readonly store?: string }): Ledger {
  const reader = openReader(place);
  const { inspect } = reader;
  try {
    const runs = inspect.runs();
    const [run] = runs;
    if (run === undefined) return EMPTY;
    const audit = verifyAudit(inspect.audit(run.id), inspect.signals(run.id));
    const problems = [
      ...(runs.length === 1 ? [] : [`the store has ${runs.length} runs`]),
      ...(audit.holds ? [] : [`the audit does not hold: ${JSON.stringify(audit)}`]),
    ];
    const unreadable: string[] = [];
    const jobs = inspect.jobs(run.id).map((job) => recordedJob(inspect, job, unreadable));
    return { run, value: inspect.value(run.id), jobs, gates: inspect.gates(run.id), problems, unreadable };
  } finally {
    reader.close();
  }
}

function recordedJob(inspect: Inspect, job: JobRecord, unreadable: string[]): RecordedJob {
  const { runId, number, task, status, callNode } = job;
  if (callNode === null) {
    if (status === "succeeded") unreadable.push(`job ${number} (${task}) succeeded and has no call node`);
    return { ...job, label: null, value: null };
  }
  try {
    const { args, value } = inspect.jobData(runId, number);
    if (status === "succeeded" && value === null)
      unreadable.push(`job ${number} (${task}) has lost its value`);
    return { ...job, label: labelOf(task, args as Named), value };
  } catch (error) {
    unreadable.push(`job ${number} (${task}) cannot be read: ${String(error)}`);
    return { ...job, label: null, value: null };
  }
}
