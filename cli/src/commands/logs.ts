import type { AttemptRecord, Inspect, JobRecord, RunRecord } from "@ligase/engine";
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { LogReader } from "../logs/log-reader.ts";
import { RecentJobs } from "../logs/recent-jobs.ts";
import { chosenJobs, jobsSoFar, selectionOf } from "../output/choose-jobs.ts";
import { shortId } from "../output/run-names.ts";
import type { World } from "../world.ts";

/** Time between two looks at the files that are followed. */
const LOOK_MS = 200;

/** `ligase logs RUN [JOB] [-f]` */
export const logs = defineCommand({
  name: "logs",
  about: "Prints what jobs wrote to standard output and standard error. Without JOB: all jobs of the run.",
  positionals: [
    { name: "RUN", about: "the run, by its id or the beginning of it" },
    { name: "JOB", about: "number of a job, or the name of a task for all its jobs", optional: true },
  ],
  options: {
    follow: {
      kind: "flag",
      short: "f",
      about: "go on with what is written, until the jobs end; without JOB only what is written from now on",
    },
  },
  examples: ["ligase logs 0198c2f1-4a3b 7", "ligase logs 0198c2f1-4a3b align -f"],
  async run({ options, positionals: [id = "", selection] }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const run = inspect.run(id);
      const wanted = { inspect, run, selection };
      const found =
        options.follow && !hasEnded(wanted) ? await follow(wanted, world) : printOnce(wanted, world);
      if (!found)
        world.err.write(
          `${world.err.palette.dim(`Nothing was written by ${selection ?? `the jobs of run ${shortId(run.id)}`}.`)}\n`,
        );
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});

interface Wanted {
  readonly inspect: Inspect;
  readonly run: RunRecord;
  readonly selection: string | undefined;
}

/** Tells whether there was anything. */
function printOnce(wanted: Wanted, world: World): boolean {
  const print = printer(world);
  for (const job of jobsOf(wanted)) readNew(wanted, job, new Map(), print);
  return print.hasPrinted();
}

/** Follows until the chosen jobs, or the whole run, have ended. */
async function follow(wanted: Wanted, world: World): Promise<boolean> {
  const print = printer(world);
  const follower = new Follower(wanted, print);
  if (wanted.selection === undefined)
    world.err.write(`${world.err.palette.dim("What is written from now on:")}\n`);
  let isStopped = false;
  const stopListening = world.onInterrupt(() => (isStopped = true));
  try {
    for (;;) {
      // Looked at before reading: what a job wrote before it ended is read once more after its end.
      const isOver = hasEnded(wanted);
      follower.look(isOver);
      if (isOver || isStopped) return print.hasPrinted();
      await sleep(LOOK_MS);
    }
  } finally {
    stopListening();
  }
}

/** Reads on where it stopped at the last look; a job that ended is read once more and then left. */
class Follower {
  readonly #wanted: Wanted;
  readonly #print: Printer;
  readonly #recent: RecentJobs | null;
  readonly #over = new Set<number>();
  readonly #readers = new Map<number, Map<string, LogReader>>();

  constructor(wanted: Wanted, print: Printer) {
    const { inspect, run, selection } = wanted;
    this.#wanted = wanted;
    this.#print = print;
    this.#recent = selection === undefined ? new RecentJobs(inspect, run.id) : null;
    for (const job of this.#recent?.running ?? []) this.#skipWritten(job);
  }

  look(isLast: boolean): void {
    const jobs = this.#recent?.look() ?? (isLast ? jobsOf(this.#wanted) : jobsNow(this.#wanted));
    for (const job of jobs) this.#read(job);
  }

  #skipWritten(job: JobRecord): void {
    const readers = new Map<string, LogReader>();
    this.#readers.set(job.number, readers);
    readNew(this.#wanted, job, readers, null);
  }

  #read(job: JobRecord): void {
    if (this.#over.has(job.number)) return;
    const readers = this.#readers.get(job.number) ?? new Map<string, LogReader>();
    this.#readers.set(job.number, readers);
    readNew(this.#wanted, job, readers, this.#print);
    if (!OVER.has(job.status)) return;
    this.#over.add(job.number);
    this.#readers.delete(job.number);
  }
}

const OVER: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "cached"]);

/** While a run goes on, jobs may be asked for that have not begun. */
function jobsNow({ inspect, run, selection }: Wanted): Iterable<JobRecord> {
  return selection === undefined
    ? inspect.eachJob(run.id)
    : jobsSoFar(inspect, run.id, selectionOf(selection));
}

function jobsOf({ inspect, run, selection }: Wanted): Iterable<JobRecord> {
  return selection === undefined ? inspect.eachJob(run.id) : chosenJobs(inspect, run.id, selection);
}

function hasEnded(wanted: Wanted): boolean {
  const { inspect, run, selection } = wanted;
  if (OVER.has(inspect.run(run.id).status)) return true;
  if (selection === undefined) return false;
  const chosen = selectionOf(selection);
  if ("number" in chosen) return [...jobsNow(wanted)].some(({ status }) => OVER.has(status));
  const counts = inspect.jobCounts(run.id).filter(({ task }) => task === chosen.task);
  return counts.length > 0 && counts.every(({ status }) => OVER.has(status));
}

function readNew(
  { inspect, run }: Wanted,
  job: JobRecord,
  readers: Map<string, LogReader>,
  print: Printer | null,
): void {
  for (const attempt of inspect.attempts(run.id, job.number)) {
    for (const file of inspect.logFiles(attempt)) {
      let reader = readers.get(file.path);
      if (reader === undefined) readers.set(file.path, (reader = new LogReader(file.path)));
      if (print === null) reader.skip();
      else reader.read((text) => print(titleOf(job, attempt, file.name), text));
    }
  }
}

function titleOf({ task, number }: JobRecord, attempt: AttemptRecord, file: string): string {
  return `${task} #${number}${attempt.number > 1 ? ` attempt ${attempt.number}` : ""} ${file}`;
}

interface Printer {
  (title: string, text: string): void;
  hasPrinted(): boolean;
}

/** Prints text as it is, under a title whenever the file changes. */
function printer(world: World): Printer {
  let current: string | undefined;
  let endsLine = true;
  const print = (title: string, text: string): void => {
    if (title !== current)
      world.out.write(`${endsLine ? "" : "\n"}${world.out.palette.dim(`── ${title} ──`)}\n`);
    world.out.write(text);
    endsLine = text.endsWith("\n");
    current = title;
  };
  return Object.assign(print, { hasPrinted: () => current !== undefined });
}
