import { chainHash, firstBrokenOf, type Said } from "../model/chain.ts";
import type { PeopleChange, TokenRecord, UserRecord } from "../model/person.ts";
import type { PeopleCheck } from "../ports/people.ts";

/** The change that follows another. */
export function nextChange(
  last: PeopleChange | null,
  change: Omit<PeopleChange, "number" | "hash">,
): PeopleChange {
  const numbered = { ...change, number: (last?.number ?? 0) + 1 };
  return { ...numbered, hash: chainHash(last?.hash ?? "", said(numbered)) };
}

const said = ({ number, at, actor, action, user, detail }: Omit<PeopleChange, "hash">): Said => {
  return { number, at, actor, action, user, detail };
};

/** How users and tokens stand. */
interface Standing {
  readonly users: readonly Pick<UserRecord, "name" | "role" | "isDisabled">[];
  readonly tokens: readonly Pick<TokenRecord, "id" | "user" | "name" | "revokedAt">[];
}

/** Compares the chain of changes, in its order, with how users and tokens stand: all of it has to come of the changes. */
export function verifyChanges(changes: readonly PeopleChange[], { users, tokens }: Standing): PeopleCheck {
  const brokenAt = firstBrokenOf(changes, said);
  const told = standingBy(changes);
  const unlikeUsers = unlike(
    told.users,
    users.map(({ name, role, isDisabled }) => [name, `${role} ${isDisabled}`]),
  );
  const unlikeTokens = unlike(
    told.tokens,
    tokens.map(({ id, user, name, revokedAt }) => [id, tokenText({ user, name }, revokedAt !== null)]),
  );
  const holds = brokenAt === null && unlikeUsers.length === 0 && unlikeTokens.length === 0;
  return { holds, changes: changes.length, brokenAt, unlikeUsers, unlikeTokens };
}

type Texts = ReadonlyMap<string, string>;

function standingBy(changes: readonly PeopleChange[]): { readonly users: Texts; readonly tokens: Texts } {
  const users = new Map<string, string>();
  const tokens = new Map<string, string>();
  for (const { action, user, detail } of changes) {
    const [role = "", isDisabled = "false"] = users.get(user)?.split(" ") ?? [];
    const { token = "", name = "" } = detail;
    switch (action) {
      case "user-added":
      case "role-changed":
        users.set(user, `${detail["role"]} ${isDisabled}`);
        break;
      case "user-disabled":
      case "user-enabled":
        users.set(user, `${role} ${action === "user-disabled"}`);
        break;
      case "token-created":
      case "token-revoked":
        tokens.set(token, tokenText({ user, name }, action === "token-revoked"));
        break;
    }
  }
  return { users, tokens };
}

const tokenText = (of: { readonly user: string; readonly name: string }, isRevoked: boolean): string =>
  JSON.stringify([of.user, of.name, isRevoked]);

/** What is otherwise in one of the two, or is there alone. */
function unlike(told: Texts, stored: readonly (readonly [string, string])[]): readonly string[] {
  const found = new Map(stored);
  const all = new Set([...told.keys(), ...found.keys()]);
  return [...all].filter((key) => told.get(key) !== found.get(key)).toSorted();
}
