import { LigaseError } from "@ligase/sdk/values";

/** Where a store on Postgres is. */
export interface PostgresPlace {
  /** For the client, with the password when the URL has one. */
  readonly connection: string;
  readonly schema: string;
  /** For people: without anything secret. */
  readonly shown: string;
}

const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;

/** Reads `postgres://user:password@host:port/database?schema=name`; the schema is `ligase` when it is not named. */
export function postgresPlace(text: string): PostgresPlace {
  if (!isPostgresUrl(text) || !URL.canParse(text)) throw notValid("it is not a postgres:// URL");
  const url = new URL(text);
  const schema = url.searchParams.get("schema") ?? "ligase";
  if (!SCHEMA.test(schema))
    throw notValid("its schema is not a plain name: at most 48 small letters, digits and underscores");
  url.searchParams.delete("schema");
  const connection = url.href;
  // Options of the client may be secret too; the host may be among them.
  const host = url.searchParams.get("host") ?? url.host;
  const user = url.username === "" ? "" : `${url.username}@`;
  return { connection, schema, shown: `postgres://${user}${host}${url.pathname}?schema=${schema}` };
}

export const isPostgresUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//.test(text);

/** The text itself is not repeated: it may hold a password. */
const notValid = (reason: string): LigaseError => new LigaseError("store-url-not-valid", { reason });
