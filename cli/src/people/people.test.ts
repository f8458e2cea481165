import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openEngine, type TokenRecord } from "@ligase/engine";
import { CommandLine } from "../testing/command-line.ts";

/** Who a secret speaks for, as a service on the store would say. */
async function personOf(ligase: CommandLine, secret: string): Promise<unknown> {
  const engine = openEngine({ root: join(ligase.folder, ".ligase") });
  try {
    return engine.people.authenticate(secret);
  } finally {
    await engine.close();
  }
}

const tokensOf = async (ligase: CommandLine, ...more: readonly string[]): Promise<readonly TokenRecord[]> =>
  JSON.parse((await ligase.run("tokens", ...more, "--json")).out) as readonly TokenRecord[];

test("a user is added, told of, given another role, disabled and enabled; who did it is listed", async (t) => {
  const ligase = CommandLine.make(t);
  assert.match((await ligase.run("users")).out, /No users yet: ligase user NAME --role ROLE\n$/);
  assert.equal((await ligase.run("user", "ana", "--role", "approver")).out, "ana is an approver\n");
  assert.equal(
    (await ligase.run("user", "ana", "--role", "viewer", "--disable")).out,
    "ana is disabled (viewer)\n",
  );
  assert.equal((await ligase.run("user", "ana", "--role", "admin", "--enable")).out, "ana is an admin\n");
  assert.equal((await ligase.run("user", "ana")).out, "ana is an admin\n");
  assert.match(
    (await ligase.run("users")).out,
    /^user +role +since\nana +admin +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$/,
  );
  assert.match(
    (await ligase.run("users", "--changes")).out,
    /user enabled +ana\n[^]*role changed +ana +admin\n[^]*user disabled +ana\n[^]*role changed +ana +viewer\n[^]*user added +ana +approver\n$/,
  );
  const last = await ligase.run("user", "ana", "--disable");
  assert.deepEqual([last.code, /ana is the only admin/.test(last.err)], [2, true]);
  const page = JSON.parse(
    (await ligase.run("users", "--changes", "--before", "2", "--json")).out,
  ) as unknown[];
  assert.equal(page.length, 1);
});

test("the record of users and tokens is a chain: what was changed in the store shows", async (t) => {
  const ligase = CommandLine.make(t);
  for (const role of ["viewer", "operator"]) await ligase.run("user", "ana", "--role", role);
  await ligase.run("token", "ana", "--name", "laptop");
  const whole = await ligase.run("audit");
  assert.equal(whole.code, 0, whole.err);
  assert.match(
    whole.out,
    /1 .*user added +ana +viewer\n2 .*role changed +ana +operator\n3 .*token created +ana .*laptop\n\n✓ the record holds: 3 entries\n$/,
  );
  const exported = JSON.parse((await ligase.run("audit", "--json")).out) as {
    readonly changes: readonly { readonly hash: string }[];
    readonly verification: { readonly holds: boolean };
  };
  assert.deepEqual([exported.changes.length, exported.verification.holds], [3, true]);
  const store = new DatabaseSync(join(ligase.folder, ".ligase", "store.db"));
  store.exec("UPDATE app_user SET role = 'admin'");
  const risen = await ligase.run("audit", "--verify");
  assert.equal(risen.code, 1);
  assert.equal(
    risen.out,
    "✗ the record does not hold (3 entries)\n  the user ana is otherwise than recorded\n",
  );
  store.exec('UPDATE people_change SET detail = \'{"role":"admin"}\' WHERE number = 2');
  store.close();
  const forged = await ligase.run("audit", "--verify");
  assert.equal(
    forged.out,
    "✗ the record does not hold (3 entries)\n  entry 2 does not follow from those before it\n",
  );
  assert.equal((await ligase.run("audit", "--server", "http://127.0.0.1:1")).code, 2);
});

test("the secret of a token stands alone on standard output, once, and nowhere else", async (t) => {
  const ligase = CommandLine.make(t);
  await ligase.run("user", "ana", "--role", "operator");
  const made = await ligase.run("token", "ana", "--name", "laptop", "--expires", "30d");
  assert.match(made.out, /^lig_[\w-]{43}\n$/);
  assert.match(made.err, /acts as ana, until \d{4}-[^]*ligase revoke [\w-]{13}\n$/);
  const secret = made.out.trim();
  assert.deepEqual(await personOf(ligase, secret), { name: "ana", roles: ["operator"] });
  const [token] = await tokensOf(ligase, "ana");
  assert.equal((token?.expiresAt ?? 0) - (token?.createdAt ?? 0), 30 * 24 * 60 * 60 * 1000);
  const listed = await ligase.run("tokens");
  assert.match(
    listed.out,
    new RegExp(`^token +user +for +made +used +until\n${token?.id.slice(0, 13)} +ana +laptop +just now +`),
  );
  const changes = await ligase.run("users", "--changes", "--json");
  for (const text of [made.err, listed.out, changes.out, JSON.stringify(token)])
    assert.equal(text.includes(secret.slice(4)), false);
  const root = join(ligase.folder, ".ligase");
  for (const { parentPath, name } of readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile(),
  ))
    assert.equal(readFileSync(join(parentPath, name)).includes(secret.slice(4)), false, name);
});

test("a token is revoked by the beginning of its id, and one that lasts for ever says so", async (t) => {
  const ligase = CommandLine.make(t);
  await ligase.run("user", "ana", "--role", "viewer");
  const { secret, expiresAt, id } = JSON.parse(
    (await ligase.run("token", "ana", "--expires", "never", "--json")).out,
  ) as TokenRecord & { readonly secret: string };
  assert.equal(expiresAt, null);
  assert.match((await ligase.run("tokens")).out, / never +for ever\n$/);
  assert.match(
    (await ligase.run("revoke", id.slice(0, 13))).out,
    /^✓ token [\w-]{13} of ana is revoked since /,
  );
  assert.equal(await personOf(ligase, secret), null);
  assert.match((await ligase.run("tokens", "ana")).out, /revoked just now\n$/);
});

test("a mistake changes nothing and says what to do; a secret in place of an id is not repeated", async (t) => {
  const ligase = CommandLine.make(t);
  const refusal = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await ligase.run(...args);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    return err;
  };
  assert.match(await refusal("user", "Ana", "--role", "viewer"), /"Ana" cannot be the name of a user/);
  assert.match(await refusal("user", "ana"), /no user "ana"[^]*ligase user NAME --role ROLE/);
  assert.match(await refusal("user", "ana", "--role", "root"), /one of viewer, operator, approver, admin/);
  assert.match(
    await refusal("user", "ana", "--enable", "--disable"),
    /--disable and --enable say opposite things/,
  );
  assert.match(await refusal("token", "ana"), /user-not-found/);
  assert.match(await refusal("token", "ana", "--expires", "soon"), /a span of time such as 30d, or never/);
  await ligase.run("user", "ana", "--role", "viewer");
  const { out } = await ligase.run("token", "ana");
  const told = await refusal("revoke", out.trim());
  assert.match(told, /Name it by its id, not by its secret/);
  assert.equal(told.includes(out.slice(4, 12)), false);
  assert.equal((await tokensOf(ligase))[0]?.revokedAt, null);
});
