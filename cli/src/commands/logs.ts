import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import { eachOf, listOf, type JobLog, type RunDesk, type ShownJob, type ShownRun } from "../desk/run-desk.ts";
import { EXIT } from "../exit-code.ts";
import { LogReader } from "../logs/log-reader.ts";
import { RecentJobs } from "../logs/recent-jobs.ts";
import { chosenJobs, jobsSoFar, selectionOf } from "../output/choose-jobs.ts";
import { shortId } from "../output/run-names.ts";
import type { World } from "../world.ts";

/** Time between two looks at what is followed: files here, and those of a server. */
const LOOK_MS = { here: 200, server: 1_000 };

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
    ...DESK_OPTIONS,
  },
  examples: ["ligase logs 0198c2f1-4a3b 7", "ligase logs 0198c2f1-4a3b align -f"],
  async run({ options, positionals: [id = "", selection] }, world) {
    const { openReadingDesk } = await import("../desk/open-desk.ts");
    const desk = await openReadingDesk(options, world);
    try {
      const run = await desk.run(id);
      const wanted = { desk, run, selection };
      const lookMs = options.server === undefined ? LOOK_MS.here : LOOK_MS.server;
      const found =
        options.follow && !(await hasEnded(wanted))
          ? await follow(wanted, lookMs, world)
          : await printOnce(wanted, world);
      if (!found)
        world.err.write(
          `${world.err.palette.dim(`Nothing was written by ${selection ?? `the jobs of run ${shortId(run.id)}`}.`)}\n`,
        );
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});

interface Wanted {
  readonly desk: RunDesk;
  readonly run: ShownRun;
  readonly selection: string | undefined;
}

/** Tells whether there was anything. */
async function printOnce(wanted: Wanted, world: World): Promise<boolean> {
  const print = printer(world);
  for await (const job of jobsOf(wanted)) await readNew(wanted, job, new Map(), print);
  return print.hasPrinted();
}

/** Follows until the chosen jobs, or the whole run, have ended. */
async function follow(wanted: Wanted, lookMs: number, world: World): Promise<boolean> {
  const print = printer(world);
  const follower = await Follower.of(wanted, print);
  if (wanted.selection === undefined)
    world.err.write(`${world.err.palette.dim("What is written from now on:")}\n`);
  let isStopped = false;
  const stopListening = world.onInterrupt(() => (isStopped = true));
  try {
    for (;;) {
      // Looked at before reading: what a job wrote before it ended is read once more after its end.
      const isOver = await hasEnded(wanted);
      await follower.look(isOver);
      if (isOver || isStopped) return print.hasPrinted();
      await sleep(lookMs);
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

  private constructor(wanted: Wanted, recent: RecentJobs | null, print: Printer) {
    this.#wanted = wanted;
    this.#recent = recent;
    this.#print = print;
  }

  static async of(wanted: Wanted, print: Printer): Promise<Follower> {
    const { desk, run, selection } = wanted;
    const recent = selection === undefined ? await RecentJobs.of(desk, run.id) : null;
    const follower = new Follower(wanted, recent, print);
    for (const job of recent?.running ?? []) await follower.#skipWritten(job);
    return follower;
  }

  async look(isLast: boolean): Promise<void> {
    const jobs = this.#recent?.look() ?? (isLast ? jobsOf(this.#wanted) : jobsNow(this.#wanted));
    for await (const job of jobs) await this.#read(job);
  }

  async #skipWritten(job: ShownJob): Promise<void> {
    const readers = new Map<string, LogReader>();
    this.#readers.set(job.number, readers);
    await readNew(this.#wanted, job, readers, null);
  }

  async #read(job: ShownJob): Promise<void> {
    if (this.#over.has(job.number)) return;
    const readers = this.#readers.get(job.number) ?? new Map<string, LogReader>();
    this.#readers.set(job.number, readers);
    await readNew(this.#wanted, job, readers, this.#print);
    if (!OVER.has(job.status)) return;
    this.#over.add(job.number);
    this.#readers.delete(job.number);
  }
}

const OVER: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "cached"]);

/** While a run goes on, jobs may be asked for that have not begun. */
function jobsNow({ desk, run, selection }: Wanted): AsyncIterable<ShownJob> {
  return selection === undefined
    ? eachOf(desk.jobPages(run.id))
    : jobsSoFar(desk, run.id, selectionOf(selection));
}

function jobsOf({ desk, run, selection }: Wanted): AsyncIterable<ShownJob> {
  return selection === undefined ? eachOf(desk.jobPages(run.id)) : chosenJobs(desk, run.id, selection);
}

async function hasEnded(wanted: Wanted): Promise<boolean> {
  const { desk, run, selection } = wanted;
  if (OVER.has((await desk.run(run.id)).status)) return true;
  if (selection === undefined) return false;
  const chosen = selectionOf(selection);
  if ("number" in chosen) {
    const jobs = await listOf(jobsNow(wanted));
    return jobs.some(({ status }) => OVER.has(status));
  }
  const counts = (await desk.jobCounts(run.id)).filter(({ task }) => task === chosen.task);
  return counts.length > 0 && counts.every(({ status }) => OVER.has(status));
}

async function readNew(
  { desk, run }: Wanted,
  job: ShownJob,
  readers: Map<string, LogReader>,
  print: Printer | null,
): Promise<void> {
  // What was answered by another run has written nothing in this one.
  if (job.status === "cached") return;
  for (const log of await desk.logs(run.id, job.number)) {
    let reader = readers.get(log.key);
    if (reader === undefined) readers.set(log.key, (reader = new LogReader(log)));
    if (print === null) await reader.skip();
    else await reader.read((text) => print(titleOf(job, log), text));
  }
}

function titleOf({ task, number }: ShownJob, { attempt, name }: JobLog): string {
  return `${task} #${number}${attempt > 1 ? ` attempt ${attempt}` : ""} ${name}`;
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
