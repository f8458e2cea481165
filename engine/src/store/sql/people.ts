import type { Role } from "@ligase/sdk/internal";
import type { PeopleChange, TokenRecord, UserRecord } from "../../model/person.ts";
import type { PeopleStore } from "../../ports/people-store.ts";
import type { Row, SqlDatabase } from "./database.ts";
import { upsert } from "./upsert.ts";

const PUT_USER = upsert("app_user", ["name"], ["role", "created_at", "disabled"]);
const TOKEN = 'SELECT id, "user", name, created_at, expires_at, revoked_at, used_at FROM token';
const INSERT_TOKEN = `INSERT INTO token (id, hash, "user", name, created_at, expires_at, revoked_at, used_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const BY_SECRET = `SELECT t.*, u.role, u.created_at AS user_created_at, u.disabled
  FROM token t JOIN app_user u ON u.name = t."user" WHERE t.hash = ?`;

const ADMINS = "SELECT count(*) AS count FROM app_user WHERE role = 'admin' AND disabled = 0";

export function peopleStore({ prepare, prepareGuard }: SqlDatabase): PeopleStore {
  const user = (name: string): UserRecord | null => {
    const row = prepare("SELECT * FROM app_user WHERE name = ?").get(name);
    return row === undefined ? null : toUser(row);
  };
  return {
    user,
    hold(name) {
      prepareGuard("SELECT name FROM app_user WHERE name = ?").get(name);
      return user(name);
    },
    users: () => prepare("SELECT * FROM app_user ORDER BY name").all().map(toUser),
    putUser({ name, role, createdAt, isDisabled }) {
      prepare(PUT_USER).queue(name, name, role, createdAt, isDisabled ? 1 : 0);
    },
    insertToken(token, hash) {
      const { id, name, createdAt, expiresAt, revokedAt, usedAt } = token;
      prepare(INSERT_TOKEN).queue(id, id, hash, token.user, name, createdAt, expiresAt, revokedAt, usedAt);
    },
    tokens(of) {
      const [where, values] = of === null ? ["", []] : ['WHERE "user" = ?', [of]];
      return prepare(`${TOKEN} ${where} ORDER BY created_at, id`)
        .all(...values)
        .map(toToken);
    },
    findTokens: (beginning) =>
      prepare(`${TOKEN} WHERE id >= ? AND id < ? ORDER BY id LIMIT 2`)
        .all(beginning, `${beginning}~`)
        .map(toToken),
    bySecret(hash) {
      const row = prepare(BY_SECRET).get(hash);
      if (row === undefined) return null;
      const { user: name, user_created_at: created_at, role, disabled } = row;
      return { token: toToken(row), user: toUser({ name, created_at, role, disabled }) };
    },
    revokeToken(id, at) {
      prepare("UPDATE token SET revoked_at = ? WHERE id = ?").queue(id, at, id);
    },
    tokenUsed(id, at) {
      prepare("UPDATE token SET used_at = ? WHERE id = ?").queue(id, at, id);
    },
    admins: () => Number(prepare(ADMINS).get()?.["count"]),
    holdLastChange() {
      // The last entry cannot be held for those to come; and before the first there is none.
      prepareGuard("SELECT id FROM people_turn WHERE id = 1").get();
      const row = prepare("SELECT * FROM people_change ORDER BY number DESC LIMIT 1").get();
      return row === undefined ? null : toChange(row);
    },
    addChange({ number, at, actor, action, user: name, detail, hash }) {
      prepare(
        'INSERT INTO people_change (number, at, actor, action, "user", detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).queue(null, number, at, actor, action, name, JSON.stringify(detail), hash);
    },
    changes: (before, limit) =>
      prepare("SELECT * FROM people_change WHERE number < ? ORDER BY number DESC LIMIT ?")
        .all(before, limit)
        .map(toChange),
  };
}

const toUser = (row: Row): UserRecord => ({
  name: row["name"] as string,
  role: row["role"] as Role,
  createdAt: row["created_at"] as number,
  isDisabled: row["disabled"] === 1,
});

const toToken = (row: Row): TokenRecord => ({
  id: row["id"] as string,
  user: row["user"] as string,
  name: row["name"] as string,
  createdAt: row["created_at"] as number,
  expiresAt: row["expires_at"] as number | null,
  revokedAt: row["revoked_at"] as number | null,
  usedAt: row["used_at"] as number | null,
});

const toChange = (row: Row): PeopleChange => ({
  number: row["number"] as number,
  at: row["at"] as number,
  actor: row["actor"] as string,
  action: row["action"] as PeopleChange["action"],
  user: row["user"] as string,
  detail: JSON.parse(row["detail"] as string) as PeopleChange["detail"],
  hash: row["hash"] as string,
});
