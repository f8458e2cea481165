import type { PeopleChange, TokenRecord, UserRecord } from "../model/person.ts";

/** Users, their tokens, and what was done to them. */
export interface PeopleStore {
  user(name: string): UserRecord | null;
  /** The same, as a look that decides about a write: until the transaction ends nobody else changes them. */
  hold(name: string): UserRecord | null;
  users(): readonly UserRecord[];
  /** Writes a user's row, new or changed. */
  putUser(user: UserRecord): void;
  /** The hash is that of its secret, which the store never sees. */
  insertToken(token: TokenRecord, hash: string): void;
  /** Tokens of a user, or of all, the oldest first. */
  tokens(user: string | null): readonly TokenRecord[];
  /** Tokens whose ids begin with the text, at most two: none, one, or not unique. */
  findTokens(beginning: string): readonly TokenRecord[];
  /** The token whose secret has this hash, over or not, and its user. */
  bySecret(hash: string): { readonly token: TokenRecord; readonly user: UserRecord } | null;
  revokeToken(id: string, at: number): void;
  tokenUsed(id: string, at: number): void;
  /** How many admins there are who are not disabled. */
  admins(): number;
  /** Holds the chain of what was done until the transaction ends, and gives its last entry. First of all locks. */
  holdLastChange(): PeopleChange | null;
  /** Adds to what was done; nothing of it is ever changed. */
  addChange(change: PeopleChange): void;
  /** The newest first: so many before a number. */
  changes(before: number, limit: number): readonly PeopleChange[];
}
