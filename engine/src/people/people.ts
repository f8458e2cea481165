import { LigaseError } from "@ligase/sdk";
import type { Role } from "@ligase/sdk/internal";
import type { PeopleChange, Person, TokenRecord, UserRecord } from "../model/person.ts";
import { uuidv7 } from "../model/uuid.ts";
import type { ChangeFilter, NewToken, People, PeopleCheck } from "../ports/people.ts";
import type { Store } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import { nextChange, verifyChanges } from "./changes.ts";
import { checkRole, checkTokenName, checkUserName } from "./names.ts";
import { requireRight } from "./rights.ts";
import { isSecret, newSecret, safeId, secretHash } from "./token-secret.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const TOKEN_LASTS_MS = 90 * DAY_MS;
const TOKEN_LASTS_AT_MOST_MS = 3_650 * DAY_MS;
/** A look at a run is not to cost a write. */
const USE_IS_KEPT_EACH_MS = 60 * 60 * 1000;

/** Users and tokens of a store. Each change is durable, with who did it, before it is told. */
export function createPeople({ store, clock }: Pick<World, "store" | "clock">): People {
  return new StoredPeople(store, () => clock.now());
}

class StoredPeople implements People {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  putUser(name: string, role: Role, by: Person): UserRecord {
    requireRight(by, "manage");
    checkRole(role);
    return this.#commit(() => {
      const before = this.#store.people.hold(name);
      if (before === null) checkUserName(name);
      if (before?.role === role) return before;
      if (before !== null && isAdmin(before)) this.#requireOtherAdmin(name);
      const user = { ...(before ?? { name, createdAt: this.#now(), isDisabled: false }), role };
      this.#store.people.putUser(user);
      this.#record(by, {
        action: before === null ? "user-added" : "role-changed",
        user: name,
        detail: { role },
      });
      return user;
    });
  }

  disable(name: string, by: Person): UserRecord {
    return this.#setDisabled(name, true, by);
  }

  enable(name: string, by: Person): UserRecord {
    return this.#setDisabled(name, false, by);
  }

  #setDisabled(name: string, isDisabled: boolean, by: Person): UserRecord {
    requireRight(by, "manage");
    return this.#commit(() => {
      const before = this.#held(name);
      if (before.isDisabled === isDisabled) return before;
      if (isAdmin(before)) this.#requireOtherAdmin(name);
      const user = { ...before, isDisabled };
      this.#store.people.putUser(user);
      this.#record(by, { action: isDisabled ? "user-disabled" : "user-enabled", user: name, detail: {} });
      // Who is enabled again gets new tokens: somebody else may have the old ones.
      if (isDisabled)
        for (const token of this.#store.people.tokens(name))
          if (token.revokedAt === null) this.#revoke(token, by);
      return user;
    });
  }

  /** Whoever changes people holds their chain: of two admins who are to go at once, one stays. */
  #requireOtherAdmin(user: string): void {
    if (this.#store.people.admins() < 2) throw new LigaseError("last-admin", { user });
  }

  user(name: string, by: Person): UserRecord {
    requireRightOver(name, by);
    return known(this.#store.people.user(name), name);
  }

  users(by: Person): readonly UserRecord[] {
    requireRight(by, "manage");
    return this.#store.people.users();
  }

  createToken(wanted: NewToken, by: Person): { readonly token: TokenRecord; readonly secret: string } {
    requireRightOver(wanted.user, by);
    const token = this.#newToken(wanted);
    const secret = newSecret();
    this.#commit(() => {
      if (this.#held(token.user).isDisabled) throw new LigaseError("user-disabled", { user: token.user });
      this.#store.people.insertToken(token, secretHash(secret));
      this.#record(by, { action: "token-created", user: token.user, detail: tokenDetail(token) });
    });
    return { token, secret };
  }

  #newToken({ user, name = "", lastsMs = TOKEN_LASTS_MS }: NewToken): TokenRecord {
    checkTokenName(name);
    if (
      lastsMs !== null &&
      !(Number.isSafeInteger(lastsMs) && lastsMs > 0 && lastsMs <= TOKEN_LASTS_AT_MOST_MS)
    )
      throw new LigaseError("token-option-not-valid", {
        reason: "it would not last between 1 ms and 3650 days",
      });
    const createdAt = this.#now();
    const expiresAt = lastsMs === null ? null : createdAt + lastsMs;
    return { id: uuidv7(createdAt), user, name, createdAt, expiresAt, revokedAt: null, usedAt: null };
  }

  revoke(tokenId: string, by: Person): TokenRecord {
    return this.#commit(() => {
      const token = this.#tokenOf(tokenId);
      requireRightOver(token.user, by);
      return token.revokedAt === null ? this.#revoke(token, by) : token;
    });
  }

  #tokenOf(beginning: string): TokenRecord {
    const [token, other] = beginning === "" ? [] : this.#store.people.findTokens(beginning);
    if (token === undefined) throw new LigaseError("token-not-found", { token: safeId(beginning) });
    if (other !== undefined) throw new LigaseError("token-not-unique", { token: safeId(beginning) });
    return token;
  }

  #revoke(token: TokenRecord, by: Person): TokenRecord {
    const revokedAt = this.#now();
    this.#store.people.revokeToken(token.id, revokedAt);
    this.#record(by, { action: "token-revoked", user: token.user, detail: tokenDetail(token) });
    return { ...token, revokedAt };
  }

  tokens(of: string | null, by: Person): readonly TokenRecord[] {
    if (of === null) requireRight(by, "manage");
    else requireRightOver(of, by);
    return this.#store.people.tokens(of);
  }

  changes(
    by: Person,
    { before = Number.MAX_SAFE_INTEGER, limit = 100 }: ChangeFilter = {},
  ): readonly PeopleChange[] {
    requireRight(by, "manage");
    return this.#store.people.changes(before, limit);
  }

  verifyChanges(by: Person): PeopleCheck {
    requireRight(by, "manage");
    const { people } = this.#store;
    return verifyChanges(people.changes(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).toReversed(), {
      users: people.users(),
      tokens: people.tokens(null),
    });
  }

  authenticate(secret: string): Person | null {
    const found = isSecret(secret) ? this.#store.people.bySecret(secretHash(secret)) : null;
    if (found === null) return null;
    const { token, user } = found;
    const now = this.#now();
    if (user.isDisabled || token.revokedAt !== null || (token.expiresAt ?? Infinity) <= now) return null;
    if (now - (token.usedAt ?? -Infinity) >= USE_IS_KEPT_EACH_MS)
      this.#store.commit("computed", () => this.#store.people.tokenUsed(token.id, now));
    return { name: user.name, roles: [user.role] };
  }

  /** The user, who stays as they are until the transaction ends. */
  #held(name: string): UserRecord {
    return known(this.#store.people.hold(name), name);
  }

  #commit<T>(write: () => T): T {
    const done: T[] = [];
    this.#store.commit("durable", () => {
      this.#store.people.holdLastChange();
      done.push(write());
    });
    return done[0] as T;
  }

  #record(by: Person, change: Omit<PeopleChange, "number" | "at" | "actor" | "hash">): void {
    const { people } = this.#store;
    people.addChange(nextChange(people.holdLastChange(), { ...change, at: this.#now(), actor: by.name }));
  }
}

const isAdmin = ({ role, isDisabled }: UserRecord): boolean => role === "admin" && !isDisabled;

function known(user: UserRecord | null, name: string): UserRecord {
  if (user === null) throw new LigaseError("user-not-found", { user: JSON.stringify(name.slice(0, 100)) });
  return user;
}

/** What is somebody's own is open to them, and to admins. */
function requireRightOver(user: string, by: Person): void {
  requireRight(by, user === by.name ? "look" : "manage");
}

const tokenDetail = ({ id, name }: TokenRecord): Readonly<Record<string, string>> => ({ token: id, name });
