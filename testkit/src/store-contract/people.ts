import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeopleChange, Store, TokenRecord, UserRecord } from "@ligase/engine/testing";
import { idOf, rigOf, type StoreContractOptions } from "./rig.ts";

const userRecord = (name: string, fields: Partial<UserRecord> = {}): UserRecord => ({
  name,
  role: "operator",
  createdAt: 1_000,
  isDisabled: false,
  ...fields,
});

const tokenRecord = (id: string, fields: Partial<TokenRecord> = {}): TokenRecord => ({
  id,
  user: "ana",
  name: "laptop",
  createdAt: 2_000,
  expiresAt: 9_000,
  revokedAt: null,
  usedAt: null,
  ...fields,
});

const changeRecord = (number: number): PeopleChange => ({
  number,
  at: number * 10,
  actor: "ben",
  action: "role-changed",
  user: "ana",
  detail: { role: `r${number}` },
  hash: `h${number}`,
});

/** Users in one transaction: tokens are of users who are there. */
const withUsers = (store: Store, ...users: readonly UserRecord[]): void =>
  store.commit("durable", () => users.forEach((user) => store.people.putUser(user)));

export function testPeople(options: StoreContractOptions): void {
  test("users are read by name as they were written last, from other connections too", (t) => {
    const { store, another } = rigOf(t, options);
    const [ana, ben] = [userRecord("ana"), userRecord("ben", { role: "admin" })];
    withUsers(store, ben, ana);
    const changed = userRecord("ana", { role: "viewer", isDisabled: true });
    store.commit("durable", () => {
      assert.deepEqual(store.people.hold("ana"), ana);
      store.people.putUser(changed);
      assert.deepEqual(store.people.hold("ana"), changed);
      assert.equal(store.people.hold("cid"), null);
    });
    const other = another();
    assert.deepEqual(other.people.users(), [changed, ben]);
    assert.deepEqual([other.people.user("ana"), other.people.user("Ana")], [changed, null]);
  });

  test("a token is found by the hash of its secret, with its user, and by the beginning of its id", (t) => {
    const { store } = rigOf(t, options);
    const [ana, ben] = [userRecord("ana"), userRecord("ben")];
    withUsers(store, ana, ben);
    const first = tokenRecord(idOf(1));
    const second = tokenRecord(idOf(2), { user: "ben", expiresAt: null });
    const third = tokenRecord(idOf(13), { name: "" });
    store.commit("durable", () => {
      store.people.insertToken(third, "hash 3");
      store.people.insertToken(first, "hash 1");
      store.people.insertToken(second, "hash 2");
    });
    assert.deepEqual(store.people.bySecret("hash 2"), { token: second, user: ben });
    assert.equal(store.people.bySecret("hash"), null);
    assert.deepEqual(store.people.tokens("ana"), [first, third]);
    assert.deepEqual(store.people.tokens(null), [first, second, third]);
    assert.deepEqual(store.people.findTokens(idOf(2)), [second]);
    assert.deepEqual(store.people.findTokens(idOf(1).slice(0, -2)), [first, second], "at most two");
    assert.deepEqual(store.people.findTokens("ffff"), []);
  });

  test("no two tokens have one secret", (t) => {
    const { store } = rigOf(t, options);
    withUsers(store, userRecord("ana"));
    const first = tokenRecord(idOf(1));
    store.commit("durable", () => store.people.insertToken(first, "hash"));
    assert.throws(() =>
      store.commit("durable", () => store.people.insertToken(tokenRecord(idOf(2)), "hash")),
    );
    assert.deepEqual(store.people.tokens(null), [first]);
  });

  test("it is kept when a token was used and revoked", (t) => {
    const { store } = rigOf(t, options);
    const user = userRecord("ana");
    withUsers(store, user);
    const token = tokenRecord(idOf(1));
    store.commit("durable", () => store.people.insertToken(token, "hash"));
    store.commit("computed", () => store.people.tokenUsed(token.id, 3_000));
    store.commit("durable", () => store.people.revokeToken(token.id, 4_000));
    const over = { ...token, usedAt: 3_000, revokedAt: 4_000 };
    assert.deepEqual(store.people.bySecret("hash"), { token: over, user });
  });

  test("what was done to users and tokens is listed in pages, the newest first", (t) => {
    const { store } = rigOf(t, options);
    assert.equal(store.people.holdLastChange(), null);
    for (const number of [1, 2, 3])
      store.commit("durable", () => {
        assert.equal(store.people.holdLastChange()?.number ?? 0, number - 1);
        store.people.addChange(changeRecord(number));
      });
    const page = store.people.changes(Number.MAX_SAFE_INTEGER, 2);
    assert.deepEqual(page, [changeRecord(3), changeRecord(2)]);
    assert.deepEqual(store.people.changes(2, 2), [changeRecord(1)]);
    assert.deepEqual(store.people.holdLastChange(), changeRecord(3));
  });

  test("admins are counted while they are not disabled", (t) => {
    const { store } = rigOf(t, options);
    assert.equal(store.people.admins(), 0);
    const admin = { ...userRecord("ana"), role: "admin" } as const;
    withUsers(store, admin, { ...admin, name: "ben" }, { ...admin, name: "cid", isDisabled: true });
    withUsers(store, { ...admin, name: "dan", role: "approver" });
    assert.equal(store.people.admins(), 2);
  });

  test("what a transaction wrote of people that threw is not there", (t) => {
    const { store } = rigOf(t, options);
    const fault = new Error("a fault in the middle");
    const write = (): never => {
      store.people.putUser(userRecord("ana"));
      store.people.addChange(changeRecord(1));
      throw fault;
    };
    assert.throws(() => store.commit("durable", write), fault);
    assert.deepEqual([store.people.users(), store.people.changes(Number.MAX_SAFE_INTEGER, 1)], [[], []]);
  });
}
