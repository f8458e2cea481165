import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openEngine } from "@ligase/engine";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";

/* People who are managed by several engines at once, on one Postgres. */

const REMOVER = fileURLToPath(new URL("./fixtures/admin-remover.ts", import.meta.url));
const HOST = { name: "host" };
const ROUNDS = 15;
const ADMINS = ["ana", "ben"] as const;

const { skip } = needs("postgres");

const told = async (child: ChildProcess): Promise<string> => (await once(child, "message"))[0] as string;

test(
  "of two admins who are disabled at once one stays, and the changes stay one chain",
  { skip },
  async (t) => {
    using server = new PostgresServer();
    const root = mkdtempSync(join(tmpdir(), "ligase-people-"));
    t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
    const store = server.url();
    const engine = openEngine({ root, store });
    const { people } = engine;
    for (const name of ADMINS) people.putUser(name, "admin", HOST);
    const removers = ADMINS.map((name) => fork(REMOVER, [store, join(root, name)]));
    t.after(() => removers.forEach((child) => child.kill("SIGKILL")));
    await Promise.all(removers.map(told));
    for (let round = 0; round < ROUNDS; round++) {
      const answers = Promise.all(removers.map(told));
      removers.forEach((child, index) => child.send(ADMINS[index] ?? ""));
      assert.deepEqual(new Set(await answers), new Set(["disabled", "last-admin"]));
      assert.equal(people.users(HOST).filter(({ isDisabled }) => !isDisabled).length, 1);
      for (const name of ADMINS) people.enable(name, HOST);
    }
    assert.deepEqual(people.verifyChanges(HOST), {
      holds: true,
      changes: ADMINS.length + 2 * ROUNDS,
      brokenAt: null,
      unlikeUsers: [],
      unlikeTokens: [],
    });
    const exits = removers.map((child) => once(child, "exit"));
    for (const child of removers) child.send(null as never);
    await Promise.all(exits);
    await engine.close();
  },
);
