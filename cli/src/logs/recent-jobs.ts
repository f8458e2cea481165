import type { Inspect, JobRecord } from "@ligase/engine";

/**
 * The jobs of a run that may have written since the last look: those that run, those that ran at the last look, and those
 * that are new. The others are not looked at again, however many they are.
 */
export class RecentJobs {
  readonly #inspect: Inspect;
  readonly #run: string;
  #running: readonly JobRecord[];
  /** Every job up to this number is known. */
  #knownTo = 0;
  /** Known ones with greater numbers: jobs are not recorded in the order of theirs. */
  readonly #known = new Set<number>();

  constructor(inspect: Inspect, run: string) {
    this.#inspect = inspect;
    this.#run = run;
    for (const { number } of inspect.eachJob(run)) this.#isNew(number);
    this.#running = this.#findRunning();
  }

  /** As of the last look. */
  get running(): readonly JobRecord[] {
    return this.#running;
  }

  /** Some may be there twice. */
  *look(): Generator<JobRecord, void> {
    const before = this.#running;
    this.#running = this.#findRunning();
    yield* this.#running;
    for (const { number } of before) yield this.#inspect.job(this.#run, number);
    for (const job of this.#inspect.eachJob(this.#run, { after: this.#knownTo }))
      if (this.#isNew(job.number) && job.status !== "cached") yield job;
  }

  #findRunning(): readonly JobRecord[] {
    return this.#inspect.jobs(this.#run, { status: "running" });
  }

  /** Tells it once of each number. */
  #isNew(number: number): boolean {
    if (number <= this.#knownTo || this.#known.has(number)) return false;
    this.#known.add(number);
    while (this.#known.delete(this.#knownTo + 1)) this.#knownTo++;
    return true;
  }
}
