import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { approve, workflow } from "@ligase/sdk";
import { EngineRig } from "../../../testkit/src/engine-rig.ts";
import type { Person } from "../model/person.ts";
import type { People } from "../ports/people.ts";
import { verifyChanges } from "./changes.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** The person at this machine. */
const HOST: Person = { name: "host" };
const VIEWER: Person = { name: "vic", roles: ["viewer"] };

const code = (thrown: string) => ({ code: thrown });
const rigWith = (...users: readonly string[]): EngineRig => {
  const rig = new EngineRig(import.meta.filename);
  for (const name of users) rig.engine.people.putUser(name, "operator", HOST);
  return rig;
};
const usedAt = ({ people }: { people: People }): number | null | undefined =>
  people.tokens(null, HOST)[0]?.usedAt;

test("a token speaks for its user with their present role, in every engine on the store", async () => {
  await using rig = rigWith("ana");
  const { token, secret } = rig.engine.people.createToken({ user: "ana", name: "laptop" }, HOST);
  assert.match(secret, /^lig_[\w-]{43}$/);
  assert.equal(token.expiresAt, token.createdAt + 90 * DAY_MS);
  assert.deepEqual(rig.engine.people.authenticate(secret), { name: "ana", roles: ["operator"] });
  rig.engine.people.putUser("ana", "approver", HOST);
  await rig.reopen();
  assert.deepEqual(rig.engine.people.authenticate(secret), { name: "ana", roles: ["approver"] });
});

test("what is no secret of a token that stands says nothing", async () => {
  await using rig = rigWith("ana");
  const { people } = rig.engine;
  const { token, secret } = people.createToken({ user: "ana" }, HOST);
  const other = secret.endsWith("A") ? `${secret.slice(0, -1)}E` : `${secret.slice(0, -1)}A`;
  const wrong = ["", "lig_", other, secret.slice(0, -1), `${secret}\n`, token.id, "x".repeat(1_000_000)];
  for (const text of wrong) assert.equal(people.authenticate(text), null);
  assert.deepEqual(people.authenticate(secret)?.name, "ana");
});

test("a token is over at its time, not before, and one without a time stays", async () => {
  await using rig = rigWith("ana");
  const { people } = rig.engine;
  const short = people.createToken({ user: "ana", lastsMs: HOUR_MS }, HOST).secret;
  const endless = people.createToken({ user: "ana", lastsMs: null }, HOST).secret;
  rig.clock.advance(HOUR_MS - 1);
  assert.equal(people.authenticate(short)?.name, "ana");
  rig.clock.advance(1);
  assert.equal(people.authenticate(short), null);
  rig.clock.advance(3_650 * DAY_MS);
  assert.equal(people.authenticate(endless)?.name, "ana");
});

test("a token is revoked by the beginning of its id, once", async () => {
  await using rig = rigWith("ana");
  const { people } = rig.engine;
  const { token, secret } = people.createToken({ user: "ana" }, HOST);
  rig.clock.advance(1);
  const kept = people.createToken({ user: "ana" }, HOST).secret;
  assert.throws(() => people.revoke("", HOST), code("token-not-found"));
  assert.throws(() => people.revoke(token.id.slice(0, 8), HOST), code("token-not-unique"));
  const revoked = people.revoke(token.id.slice(0, 20), HOST);
  assert.equal(people.authenticate(secret), null);
  assert.equal(people.authenticate(kept)?.name, "ana");
  rig.clock.advance(1);
  assert.deepEqual(people.revoke(token.id, HOST), revoked, "it was over already");
});

test("who is disabled can do nothing at once, and enabled again needs new tokens", async () => {
  await using rig = rigWith("ana", "ben");
  const { people } = rig.engine;
  const { secret } = people.createToken({ user: "ana" }, HOST);
  const other = people.createToken({ user: "ben" }, HOST).secret;
  assert.equal(people.disable("ana", HOST).isDisabled, true);
  assert.equal(people.authenticate(secret), null);
  assert.equal(people.authenticate(other)?.name, "ben");
  assert.throws(() => people.createToken({ user: "ana" }, HOST), code("user-disabled"));
  assert.equal(people.putUser("ana", "admin", HOST).isDisabled, true, "another role enables nobody");
  assert.equal(people.enable("ana", HOST).isDisabled, false);
  assert.equal(people.authenticate(secret), null);
  const again = people.createToken({ user: "ana" }, HOST).secret;
  assert.deepEqual(people.authenticate(again), { name: "ana", roles: ["admin"] });
});

test("when a token was used is kept once an hour at the most", async () => {
  await using rig = rigWith("ana");
  const { people } = rig.engine;
  const { secret } = people.createToken({ user: "ana" }, HOST);
  assert.equal(usedAt(rig.engine), null);
  const began = rig.clock.now();
  for (const passed of [0, HOUR_MS - 1]) {
    rig.clock.advance(passed);
    people.authenticate(secret);
    assert.equal(usedAt(rig.engine), began);
  }
  rig.clock.advance(1);
  people.authenticate(secret);
  assert.equal(usedAt(rig.engine), began + HOUR_MS);
});

test("only admins manage users; tokens everybody manages for themselves", async () => {
  await using rig = rigWith("vic", "ana");
  const { people } = rig.engine;
  const theirs = people.createToken({ user: "ana" }, HOST).token;
  const admin: Person = { name: "ada", roles: ["admin"] };
  const refused = code("not-allowed");
  assert.throws(() => people.putUser("vic", "admin", VIEWER), refused);
  assert.throws(() => people.disable("ana", VIEWER), refused);
  assert.throws(() => people.enable("ana", VIEWER), refused);
  assert.throws(() => people.users({ name: "ben", roles: ["approver"] }), refused);
  assert.throws(() => people.changes(VIEWER), refused);
  assert.throws(() => people.createToken({ user: "ana" }, VIEWER), refused);
  assert.throws(() => people.revoke(theirs.id, VIEWER), refused);
  assert.throws(() => people.tokens("ana", VIEWER), refused);
  assert.throws(() => people.tokens(null, VIEWER), refused);
  const { token, secret } = people.createToken({ user: "vic" }, VIEWER);
  assert.deepEqual(people.tokens("vic", VIEWER), [token]);
  assert.equal(people.revoke(token.id, VIEWER).id, token.id);
  assert.equal(people.authenticate(secret), null);
  assert.equal(people.revoke(theirs.id, admin).id, theirs.id);
  assert.equal(people.putUser("ana", "viewer", admin).role, "viewer");
});

test("who did what to users and tokens is kept, and nothing where nothing changed", async () => {
  await using rig = new EngineRig(import.meta.filename);
  const { people } = rig.engine;
  const ada: Person = { name: "ada", roles: ["admin"] };
  people.putUser("ana", "viewer", HOST);
  people.putUser("ana", "viewer", HOST);
  rig.clock.advance(5);
  people.putUser("ana", "operator", ada);
  const { token } = people.createToken({ user: "ana", name: "laptop" }, { name: "ana", roles: ["operator"] });
  people.disable("ana", ada);
  people.disable("ana", ada);
  people.revoke(token.id, ada);
  people.enable("ana", HOST);
  const detail = { token: token.id, name: "laptop" };
  const at = rig.clock.now();
  assert.deepEqual(
    people.changes(HOST).map(({ number: _number, hash: _hash, ...change }) => change),
    [
      { at, actor: "host", action: "user-enabled", user: "ana", detail: {} },
      { at, actor: "ada", action: "token-revoked", user: "ana", detail },
      { at, actor: "ada", action: "user-disabled", user: "ana", detail: {} },
      { at, actor: "ana", action: "token-created", user: "ana", detail },
      { at, actor: "ada", action: "role-changed", user: "ana", detail: { role: "operator" } },
      { at: at - 5, actor: "host", action: "user-added", user: "ana", detail: { role: "viewer" } },
    ],
  );
  const [, second] = people.changes(HOST, { limit: 2 });
  assert.equal(people.changes(HOST, { before: second?.number ?? 0, limit: 1 })[0]?.action, "user-disabled");
});

test("the last admin who is not disabled stays one", async () => {
  await using rig = rigWith("ben");
  const { people } = rig.engine;
  const refused = code("last-admin");
  people.putUser("ana", "admin", HOST);
  assert.throws(() => people.putUser("ana", "approver", HOST), refused);
  assert.throws(() => people.disable("ana", { name: "ana", roles: ["admin"] }), refused);
  people.putUser("ben", "admin", HOST);
  people.disable("ben", HOST);
  assert.throws(() => people.disable("ana", HOST), refused, "who is disabled is none to rely on");
  assert.equal(people.putUser("ben", "viewer", HOST).role, "viewer");
  people.putUser("ben", "admin", HOST);
  people.enable("ben", HOST);
  assert.equal(people.disable("ana", HOST).isDisabled, true);
  assert.equal(people.changes(HOST)[0]?.action, "user-disabled");
});

test("the changes are a chain, and all users and tokens must stand as it tells", async () => {
  await using rig = rigWith("ana", "ben");
  const { people } = rig.engine;
  const holds = { holds: true, brokenAt: null, unlikeUsers: [], unlikeTokens: [] };
  const { token } = people.createToken({ user: "ana", name: "laptop" }, HOST);
  people.createToken({ user: "ben" }, HOST);
  people.putUser("ana", "viewer", HOST);
  people.disable("ben", HOST);
  people.enable("ben", HOST);
  assert.throws(() => people.verifyChanges(VIEWER), code("not-allowed"));
  assert.deepEqual(people.verifyChanges(HOST), { ...holds, changes: 8 });
  const changes = people.changes(HOST).toReversed();
  const standing = { users: people.users(HOST), tokens: people.tokens(null, HOST) };
  const check = (changed: Partial<Parameters<typeof verifyChanges>[1]>, chain = changes) =>
    verifyChanges(chain, { ...standing, ...changed });
  assert.equal(check({}).holds, true);
  assert.equal(check({}, changes.toSpliced(1, 1)).brokenAt, 2);
  assert.equal(
    check(
      {},
      changes.map((one) => ({ ...one, actor: "eve" })),
    ).brokenAt,
    1,
  );
  const [ana, ben] = standing.users;
  assert.ok(ana !== undefined && ben !== undefined);
  assert.deepEqual(check({ users: [{ ...ana, role: "admin" }, ben] }).unlikeUsers, ["ana"]);
  assert.deepEqual(check({ users: [ana, { ...ben, isDisabled: true }] }).unlikeUsers, ["ben"]);
  assert.deepEqual(check({ users: [ana, ben, { ...ben, name: "eve" }] }).unlikeUsers, ["eve"]);
  const stolen = standing.tokens.map((one) => (one.id === token.id ? { ...one, user: "ben" } : one));
  assert.deepEqual(check({ tokens: stolen }).unlikeTokens, [token.id]);
  assert.equal(check({ tokens: [] }).unlikeTokens.length, 2);
});

test("a name is small letters, and nothing that could deceive or break a line", async () => {
  await using rig = new EngineRig(import.meta.filename);
  const { people } = rig.engine;
  const wrong = [
    "",
    " ",
    "Ana",
    "ana ",
    "-ana",
    "a\nb",
    "a\u0000",
    "a\u001B[2J",
    "a\u202Eb",
    "аna",
    "a/b",
    '"',
    "a,b",
    "x".repeat(101),
  ];
  for (const name of wrong)
    assert.throws(
      () => people.putUser(name, "viewer", HOST),
      (error: Error & { code?: string }) =>
        error.code === "user-name-not-valid" &&
        error.message.length < 300 &&
        !error.message.includes("\n") &&
        !error.message.includes("\u001B"),
      name,
    );
  assert.throws(() => people.putUser("ana", "root" as "admin", HOST), code("role-unknown"));
  assert.deepEqual(people.users(HOST), []);
  for (const name of ["ana", "ana.b+c@lab.example", "0", "x".repeat(100)])
    people.putUser(name, "viewer", HOST);
  assert.equal(people.users(HOST).length, 4);
});

test("a token that would last for no time or too long, or has no decent name, is not made", async () => {
  await using rig = rigWith("ana");
  const { people } = rig.engine;
  const refused = code("token-option-not-valid");
  for (const lastsMs of [0, -1, 0.5, NaN, Infinity, 3_651 * DAY_MS])
    assert.throws(() => people.createToken({ user: "ana", lastsMs }, HOST), refused);
  for (const name of ["a\nb", "\u001B[2J", "x".repeat(101)])
    assert.throws(() => people.createToken({ user: "ana", name }, HOST), refused);
  assert.throws(() => people.createToken({ user: "cid" }, HOST), code("user-not-found"));
  assert.throws(() => people.disable("cid\n", HOST), code("user-not-found"));
  assert.deepEqual(people.tokens(null, HOST), []);
});

test("a secret is in no file of the store, no list and no refusal", async () => {
  await using rig = rigWith("ana");
  const { people } = rig.engine;
  const { secret } = people.createToken({ user: "ana", name: "laptop" }, HOST);
  people.authenticate(secret);
  const told = JSON.stringify([people.tokens(null, HOST), people.users(HOST), people.changes(HOST)]);
  assert.equal(told.includes(secret), false);
  for (const given of [secret, `x${secret}`])
    assert.throws(
      () => people.revoke(given, HOST),
      ({ message, params }: Error & { params?: unknown }) =>
        !(message + JSON.stringify(params)).includes(secret.slice(4, 12)),
    );
  const files = readdirSync(rig.root, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  assert.ok(files.length > 0);
  for (const { parentPath, name } of files)
    assert.equal(readFileSync(join(parentPath, name)).includes(secret.slice(4)), false, name);
});

const held = workflow({ name: "held" }, () => approve(1, { name: "qc" }));

test("launching, resuming and cancelling ask for the right to, and a run is its launcher's", async () => {
  await using rig = new EngineRig(import.meta.filename, { user: "host" });
  const { engine } = rig;
  const refused = code("not-allowed");
  const by: Person = { name: "ana", roles: ["operator"] };
  await assert.rejects(() => rig.launch(held, {}, { by: VIEWER }), refused);
  assert.deepEqual(engine.inspect.runs(), []);
  const run = await rig.launch(held, {}, { by });
  assert.equal(engine.inspect.run(run.id).user, "ana");
  await rig.gates(run);
  assert.throws(() => engine.cancel(run.id, VIEWER), refused);
  engine.cancel(run.id, by);
  assert.equal((await run.ended).status, "cancelled");
  await assert.rejects(() => engine.resume(run.id, VIEWER), refused);
});
