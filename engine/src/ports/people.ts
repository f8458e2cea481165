import type { Role } from "@ligase/sdk/internal";
import type { Person } from "../model/person.ts";

/* Who may act on a service: users with roles, and the tokens by which programs and browsers say who they are. */

export interface UserRecord {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdAt: number;
  /** One that is disabled can do nothing; what they did stays. */
  readonly isDisabled: boolean;
}

export interface TokenRecord {
  readonly id: string;
  readonly user: string;
  /** What it is for, as its maker called it. */
  readonly name: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface People {
  /** Adds a user, or gives one other roles. Throws `user-name-not-valid`, `role-unknown`. */
  putUser(name: string, roles: readonly Role[]): UserRecord;
  disable(name: string): UserRecord;
  users(): readonly UserRecord[];
  /** Makes a token; its secret is given here and never again, for the store has only its hash. Throws `user-not-found`. */
  createToken(
    user: string,
    options?: { readonly name?: string; readonly lastsMs?: number | null },
  ): {
    readonly token: TokenRecord;
    readonly secret: string;
  };
  revoke(tokenId: string): TokenRecord;
  tokens(user?: string): readonly TokenRecord[];
  /** Who a token speaks for, with their present roles; null when it is unknown, over, revoked, or its user disabled. */
  authenticate(secret: string): Person | null;
}
