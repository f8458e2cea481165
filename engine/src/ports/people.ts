import type { Role } from "@ligase/sdk/internal";
import type { PeopleChange, Person, TokenRecord, UserRecord } from "../model/person.ts";

/** Who may act on a service: users, each with a role, and the tokens by which programs and browsers say who they are. */
export interface People {
  /**
   * Adds a user, or gives one another role. Throws `user-name-not-valid`, `role-unknown`, `not-allowed`; `last-admin` for
   * another role of the only admin.
   */
  putUser(name: string, role: Role, by: Person): UserRecord;
  /**
   * Ends all that a user may do, and their tokens for good; what they did stays. Throws `user-not-found`, `not-allowed`;
   * `last-admin` for the only admin.
   */
  disable(name: string, by: Person): UserRecord;
  /** Lets a user act again, with new tokens. Throws `user-not-found`, `not-allowed`. */
  enable(name: string, by: Person): UserRecord;
  /** Everybody may ask about themselves. Throws `user-not-found`, `not-allowed`. */
  user(name: string, by: Person): UserRecord;
  /** All users by name. Throws `not-allowed`. */
  users(by: Person): readonly UserRecord[];
  /**
   * Makes a token; its secret is given here and never again, for the store has only its hash. People make tokens for
   * themselves, admins for everybody. Throws `user-not-found`, `user-disabled`, `token-option-not-valid`, `not-allowed`.
   */
  createToken(wanted: NewToken, by: Person): { readonly token: TokenRecord; readonly secret: string };
  /**
   * Ends a token, named by its id or the beginning of it, at once; one that is over stays as it is. Throws
   * `token-not-found`, `token-not-unique`, `not-allowed`.
   */
  revoke(tokenId: string, by: Person): TokenRecord;
  /** Tokens of a user, or of all, the oldest first; those that are over, too. Throws `not-allowed`. */
  tokens(of: string | null, by: Person): readonly TokenRecord[];
  /** What was done to users and tokens, the newest first. Throws `not-allowed`. */
  changes(by: Person, filter?: ChangeFilter): readonly PeopleChange[];
  /** Whether the chain of what was done follows, and users and tokens stand as it tells. Throws `not-allowed`. */
  verifyChanges(by: Person): PeopleCheck;
  /** Who a token speaks for, with their present role; null when it is unknown, over, revoked, or its user disabled. */
  authenticate(secret: string): Person | null;
}

/** What a look at the chain of what was done to users and tokens found. */
export interface PeopleCheck {
  /** The chain follows, and all users and tokens stand as it tells. */
  readonly holds: boolean;
  /** How many there are. */
  readonly changes: number;
  /** The first change that does not follow from those before it. */
  readonly brokenAt: number | null;
  /** Names of users whose role, or whether they are disabled, is otherwise than the chain tells. */
  readonly unlikeUsers: readonly string[];
  /** Ids of tokens that speak for somebody else, are called otherwise, or are over otherwise than the chain tells. */
  readonly unlikeTokens: readonly string[];
}

export interface NewToken {
  /** Whom it speaks for. */
  readonly user: string;
  /** What it is for; default empty. One line of at most 100 characters. */
  readonly name?: string;
  /** Milliseconds until it is over, at most 10 years; null for never, default 90 days. */
  readonly lastsMs?: number | null;
}

export interface ChangeFilter {
  /** Only those before this number: the last of the page before. */
  readonly before?: number;
  /** Default 100. */
  readonly limit?: number;
}
