import { eachOf, listOf, type RunDesk, type ShownJob } from "../desk/run-desk.ts";

/**
 * The jobs of a run that may have written since the last look: those that run, those that ran at the last look, and those
 * that are new. The others are not looked at again, however many they are.
 */
export class RecentJobs {
  readonly #desk: RunDesk;
  readonly #run: string;
  #running: readonly ShownJob[] = [];
  /** Every job up to this number is known. */
  #knownTo = 0;
  /** Known ones with greater numbers: jobs are not recorded in the order of theirs. */
  readonly #known = new Set<number>();

  private constructor(desk: RunDesk, run: string) {
    this.#desk = desk;
    this.#run = run;
  }

  static async of(desk: RunDesk, run: string): Promise<RecentJobs> {
    const recent = new RecentJobs(desk, run);
    for await (const { number } of eachOf(desk.jobPages(run))) recent.#isNew(number);
    recent.#running = await recent.#findRunning();
    return recent;
  }

  /** As of the last look. */
  get running(): readonly ShownJob[] {
    return this.#running;
  }

  /** Some may be there twice. */
  async *look(): AsyncGenerator<ShownJob, void> {
    const before = this.#running;
    this.#running = await this.#findRunning();
    yield* this.#running;
    for (const { number } of before) yield await this.#desk.job(this.#run, number);
    for await (const job of eachOf(this.#desk.jobPages(this.#run, { after: this.#knownTo })))
      if (this.#isNew(job.number) && job.status !== "cached") yield job;
  }

  async #findRunning(): Promise<readonly ShownJob[]> {
    return await listOf(eachOf(this.#desk.jobPages(this.#run, { status: "running" })));
  }

  /** Tells it once of each number. */
  #isNew(number: number): boolean {
    if (number <= this.#knownTo || this.#known.has(number)) return false;
    this.#known.add(number);
    while (this.#known.delete(this.#knownTo + 1)) this.#knownTo++;
    return true;
  }
}
