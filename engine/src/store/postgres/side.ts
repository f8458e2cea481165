import { setTimeout as wait } from "node:timers/promises";
import { Connection, ConnectionError } from "./connection.ts";
import { VERSION, type Result, type Step, type WorkerOptions } from "./protocol.ts";
import { channelOf, ProblemError } from "./session.ts";

/** R10: after so long a change is found without a notification. */
const SWEEP_MS = 2_000;
/** Rows of writers that did not end well are kept for so long. */
const FORGET = "DELETE FROM writer WHERE at < now() - interval '30 days'";

/**
 * The second connection: it hears what other engines wrote, and gives numbers that stay given when the transaction that
 * asked for them is undone, or the server crashes before it was on its disk.
 */
export class Side {
  readonly #options: WorkerOptions;
  readonly #names = new Map<string, string>();
  readonly #isOwn: (pid: number) => boolean;
  #connection: Connection | null = null;
  #sweep: NodeJS.Timeout | null = null;
  /** How often others have told something, as their rows say. */
  #told = 0;
  #hasHeard = false;

  constructor(options: WorkerOptions, isOwn: (pid: number) => boolean) {
    this.#options = options;
    this.#isOwn = isOwn;
  }

  /** Runs statements that may be done twice, each durable by itself. */
  async number(steps: readonly Step[]): Promise<readonly Result[]> {
    const until = Date.now() + this.#options.patienceMs;
    for (;;) {
      try {
        return await (await this.#connected()).run(steps);
      } catch (error) {
        if (!(error instanceof ConnectionError) || !error.isLost) throw error;
        if (Date.now() > until) throw new ProblemError({ kind: "unavailable", reason: error.message });
        await wait(RETRY_MS);
      }
    }
  }

  /** Resolves when no change of others from now on is missed. */
  async listen(): Promise<void> {
    if (this.#sweep !== null) return;
    await this.number([{ text: FORGET, values: [] }, ...this.#listening]);
    this.#told = await this.#countTold();
    this.#sweep = setInterval(() => void this.#look(), SWEEP_MS);
  }

  get #listening(): readonly Step[] {
    return [{ text: `LISTEN "${channelOf(this.#options.schema)}"`, values: [] }];
  }

  /** A notification only makes it faster: the rows of the writers say the same. */
  async #look(): Promise<void> {
    try {
      const told = await this.#countTold();
      if (told !== this.#told && !this.#hasHeard) this.#changed();
      this.#told = told;
      this.#hasHeard = false;
    } catch (error) {
      // The next look connects again.
      if (!(error instanceof ConnectionError)) throw error;
    }
  }

  async #countTold(): Promise<number> {
    const connection = await this.#connected();
    const sum = "SELECT coalesce(sum(told), 0)::bigint FROM writer WHERE name <> $1";
    const [result] = await connection.run([{ text: sum, values: [this.#options.writer] }]);
    return Number(result?.rows[0]?.[0]);
  }

  #changed(): void {
    Atomics.add(this.#options.shared, VERSION, 1);
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isAlive === true) return this.#connection;
    const connection = await Connection.open(this.#options, this.#names);
    connection.onNotification((from) => {
      if (this.#isOwn(from)) return;
      this.#hasHeard = true;
      this.#changed();
    });
    if (this.#sweep !== null) {
      await connection.run(this.#listening);
      // What was told while nobody listened may be told of no more.
      this.#changed();
    }
    this.#connection = connection;
    return connection;
  }

  async close(): Promise<void> {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    if (this.#connection?.isAlive === true) await this.#connection.end();
  }
}

const RETRY_MS = 50;
