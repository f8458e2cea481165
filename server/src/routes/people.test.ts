import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openEngine } from "@ligase/engine";
import { serve } from "../serve.ts";
import type { Told } from "../told.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

interface Service {
  /** Asks in the name of whom a token speaks for. */
  readonly as: (secret: string) => Ask;
  /** Asks as the person at the machine. */
  readonly asHost: Ask;
  readonly told: readonly Told[];
}

async function service(t: TestContext): Promise<Service> {
  const root = mkdtempSync(join(tmpdir(), "ligase-server-"));
  const told: Told[] = [];
  const engine = openEngine({ root, user: "host" });
  const serving = await serve({ engine, files: [], port: 0, user: "host", tell: (one) => told.push(one) });
  t.after(async () => {
    await serving.stop();
    await engine.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  });
  const as =
    (secret: string): Ask =>
    async (method, path, body) => {
      const headers = { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(`${serving.url}/api/v1${path}`, { method, headers, ...sent });
      return { status: answer.status, headers: answer.headers, body: await answer.json() };
    };
  return { as, asHost: as(serving.token), told };
}

/** Adds a user and gives a secret that speaks for them. */
async function userWith(asHost: Ask, name: string, role: string): Promise<string> {
  assert.equal((await asHost("PUT", `/users/${name}`, { role })).status, 200);
  const made = await asHost("POST", `/users/${name}/tokens`, { name: "laptop" });
  assert.deepEqual([made.status, made.headers.get("cache-control")], [201, "no-store"]);
  return (made.body as { readonly secret: string }).secret;
}

const codeOf = ({ status, body }: Answer): unknown => [status, (body as { readonly code?: string }).code];

test("a token of a user works until they are disabled, from the next request on", async (t) => {
  const { as, asHost } = await service(t);
  const asAna = as(await userWith(asHost, "ana", "viewer"));
  const found = await asAna("GET", "/users/ana");
  assert.equal(found.status, 200);
  const { name, role, isDisabled } = found.body as Record<string, unknown>;
  assert.deepEqual([name, role, isDisabled], ["ana", "viewer", false]);
  assert.equal((await asHost("POST", "/users/ana/disable")).status, 200);
  assert.deepEqual(codeOf(await asAna("GET", "/users/ana")), [401, "token-refused"]);
  assert.deepEqual(codeOf(await asHost("POST", "/users/ana/tokens", {})), [409, "user-disabled"]);
  assert.equal((await asHost("POST", "/users/ana/enable")).status, 200);
  assert.deepEqual(codeOf(await asAna("GET", "/users/ana")), [401, "token-refused"]);
});

test("admins manage users and all tokens, others their own tokens alone", async (t) => {
  const { as, asHost } = await service(t);
  const asAda = as(await userWith(asHost, "ada", "admin"));
  const asBen = as(await userWith(asHost, "ben", "approver"));
  const refused = [
    await asBen("GET", "/users"),
    await asBen("GET", "/users/ada"),
    await asBen("PUT", "/users/ben", { role: "admin" }),
    await asBen("POST", "/users/ada/disable"),
    await asBen("POST", "/users/ada/tokens", {}),
    await asBen("GET", "/users/ada/tokens"),
    await asBen("GET", "/tokens"),
    await asBen("GET", "/people-changes"),
  ];
  for (const answer of refused) assert.deepEqual(codeOf(answer), [403, "not-allowed"]);
  const made = await asBen("POST", "/users/ben/tokens", { name: "own", lastsMs: 60_000 });
  assert.equal(made.status, 201);
  const { token, secret } = made.body as { readonly token: { readonly id: string }; readonly secret: string };
  assert.equal((await as(secret)("GET", "/users/ben")).status, 200);
  assert.equal((await asBen("POST", `/tokens/${token.id}/revoke`)).status, 200);
  assert.deepEqual(codeOf(await as(secret)("GET", "/users/ben")), [401, "token-refused"]);
  const { tokens } = (await asAda("GET", "/tokens")).body as { readonly tokens: readonly { user: string }[] };
  assert.deepEqual(
    tokens.map(({ user }) => user),
    ["ada", "ben", "ben"],
  );
  assert.equal((await asAda("PUT", "/users/ben", { role: "viewer" })).status, 200);
  const { users } = (await asAda("GET", "/users")).body as { readonly users: readonly { role: string }[] };
  assert.deepEqual(
    users.map(({ role }) => role),
    ["admin", "viewer"],
  );
});

test("what was done is listed in pages with who did it, and no answer but the first has a secret", async (t) => {
  const { as, asHost, told } = await service(t);
  const secret = await userWith(asHost, "ada", "admin");
  await as(secret)("PUT", "/users/ben", { role: "viewer" });
  const page = await as(secret)("GET", "/people-changes?limit=2");
  const { changes, next } = page.body as {
    readonly changes: readonly { readonly actor: string; readonly action: string }[];
    readonly next: number;
  };
  assert.deepEqual(
    changes.map(({ actor, action }) => [actor, action]),
    [
      ["ada", "user-added"],
      ["host", "token-created"],
    ],
  );
  const rest = await asHost("GET", `/people-changes?before=${next}`);
  assert.equal((rest.body as { readonly next: null }).next, null);
  const answers = [page, rest, await asHost("GET", "/tokens"), await asHost("GET", "/users/ada/tokens")];
  assert.equal(JSON.stringify([answers, told]).includes(secret.slice(4)), false);
});

test("what does not fit is refused with its code, and changes nothing", async (t) => {
  const { asHost } = await service(t);
  await userWith(asHost, "ana", "viewer");
  assert.deepEqual(codeOf(await asHost("PUT", "/users/Ana", { role: "viewer" })), [
    422,
    "user-name-not-valid",
  ]);
  assert.deepEqual(codeOf(await asHost("PUT", "/users/ana", { role: "root" })), [422, "request-not-valid"]);
  assert.deepEqual(codeOf(await asHost("POST", "/users/cid/disable")), [404, "user-not-found"]);
  const wrong = { name: "a\u001B[2J" };
  assert.deepEqual(codeOf(await asHost("POST", "/users/ana/tokens", wrong)), [422, "token-option-not-valid"]);
  const long = { lastsMs: Number.MAX_SAFE_INTEGER };
  assert.deepEqual(codeOf(await asHost("POST", "/users/ana/tokens", long)), [422, "token-option-not-valid"]);
  assert.deepEqual(codeOf(await asHost("POST", "/tokens/ffff/revoke")), [404, "token-not-found"]);
  const { tokens } = (await asHost("GET", "/tokens")).body as { readonly tokens: readonly unknown[] };
  assert.equal(tokens.length, 1);
});
