import { DatabaseSync } from "node:sqlite";
import type { Client } from "pg";

export type QueriedRow = Readonly<Record<string, unknown>>;

/** A database of somebody else, of which one query is asked again and again. */
export interface Queried {
  /** The rows after a cursor. */
  rows(cursor: number | string): Promise<readonly QueriedRow[]>;
  close(): Promise<void>;
}

/** `query` gives the text with a database's own word for the one parameter. It is opened when rows are asked for. */
export const openQueried = (place: string, query: (parameter: string) => string): Queried =>
  /^postgres(?:ql)?:\/\//.test(place)
    ? new PostgresQueried(place, query("$1"))
    : new SqliteQueried(place, query("?1"));

class SqliteQueried implements Queried {
  readonly #path: string;
  readonly #query: string;
  #database: DatabaseSync | null = null;

  constructor(path: string, query: string) {
    this.#path = path;
    this.#query = query;
  }

  async rows(cursor: number | string): Promise<readonly QueriedRow[]> {
    this.#database ??= new DatabaseSync(this.#path, { readOnly: true });
    const statement = this.#database.prepare(this.#query);
    statement.setReadBigInts(true);
    return statement.all(cursor).map((row) => mapValues(row, plainNumber));
  }

  async close(): Promise<void> {
    this.#database?.close();
    this.#database = null;
  }
}

/** Whole numbers that a number does not hold become text, as Postgres gives them. */
const plainNumber = (value: unknown): unknown =>
  typeof value === "bigint" ? wholeNumber(String(value)) : value;

const wholeNumber = (text: string): number | string =>
  Number.isSafeInteger(Number(text)) ? Number(text) : text;

const mapValues = (row: QueriedRow, map: (value: unknown) => unknown): QueriedRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, map(value)]));

class PostgresQueried implements Queried {
  readonly #url: string;
  readonly #query: string;
  #client: Client | null = null;

  constructor(url: string, query: string) {
    this.#url = url;
    this.#query = query;
  }

  async rows(cursor: number | string): Promise<readonly QueriedRow[]> {
    const client = (this.#client ??= await this.#connected());
    try {
      return (await client.query<QueriedRow>(this.#query, [cursor])).rows;
    } catch (error) {
      // The next look begins with another connection.
      await this.close();
      throw error;
    }
  }

  async #connected(): Promise<Client> {
    const { Client: Connection } = (await import("pg")).default;
    const client = new Connection({
      connectionString: this.#url,
      application_name: "ligase events",
      connectionTimeoutMillis: 5_000,
      query_timeout: 60_000,
      types: { getTypeParser },
    });
    // A connection that broke is found out by the next look.
    client.on("error", () => (this.#client = null));
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }
}

/** Numbers, truth and JSON are read; all else stays the text that it is: a time loses nothing, and goes back as it came. */
function getTypeParser(oid: number): (text: string) => unknown {
  return PARSERS[oid] ?? String;
}

const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === "t",
  20: wholeNumber,
  21: Number,
  23: Number,
  114: (text) => JSON.parse(text) as unknown,
  700: Number,
  701: Number,
  3802: (text) => JSON.parse(text) as unknown,
};
