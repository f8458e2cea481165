import type { Role } from "@ligase/sdk/internal";
import type { ChainEntry } from "./chain.ts";

/** Who does something. Nobody acts anonymously. */
export interface Person {
  readonly name: string;
  /** Left out for the person at this machine, who may do everything that the policy of a gate does not forbid by name. */
  readonly roles?: readonly Role[];
}

/** Somebody whom the store knows. */
export interface UserRecord {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  /** One that is disabled can do nothing; what they did stays. */
  readonly isDisabled: boolean;
}

export interface TokenRecord {
  readonly id: string;
  /** Whom it speaks for. */
  readonly user: string;
  /** What it is for, as its maker called it. */
  readonly name: string;
  readonly createdAt: number;
  /** Null for never. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** When it was used, kept once an hour at the most; null before. */
  readonly usedAt: number | null;
}

/** Something that was done to users or their tokens: an entry of the store's one chain of such. */
export interface PeopleChange extends ChainEntry {
  readonly at: number;
  /** Who did it. */
  readonly actor: string;
  readonly action:
    "user-added" | "role-changed" | "user-disabled" | "user-enabled" | "token-created" | "token-revoked";
  /** The user, or whose token it is. */
  readonly user: string;
  /** The role, or which token. */
  readonly detail: Readonly<Record<string, string>>;
}
