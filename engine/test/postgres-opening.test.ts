import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, test, type TestContext } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isLigaseError } from "@ligase/sdk";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { idOf, jobRow, newRun, RUN, withRuns } from "../../testkit/src/store-contract/rig.ts";
import { openPostgresStore } from "../src/store/postgres/postgres.ts";

const WRITER = fileURLToPath(new URL("./fixtures/postgres-writer.ts", import.meta.url));
const MIGRATIONS = new URL("../src/store/migrations/", import.meta.url);
const { skip } = needs("postgres");

describe("opening a store on Postgres", { skip }, () => {
  const server = new PostgresServer();
  after(() => server[Symbol.dispose]());

  test("processes that make one store at once all open it, and it is made once", async () => {
    const url = server.url();
    const opening = Array.from({ length: 5 }, () =>
      spawn(process.execPath, [WRITER, url], { stdio: ["ignore", "pipe", "inherit"] }),
    );
    const said = await Promise.all(opening.map(({ stdout }) => text(stdout)));
    assert.deepEqual(
      said,
      Array.from(said, () => "open\n"),
    );
    const applied = server.sql(url, "SELECT number FROM migration ORDER BY number");
    assert.deepEqual(
      applied,
      applied.map((_, index) => String(index + 1)),
    );
    assert.deepEqual(server.sql(url, "SELECT count(*) FROM writer"), ["0"], "who only looked left no trace");
  });

  test("an engine works on while a newer version adds to the schema; then the older one cannot be opened", (t) => {
    const url = server.url();
    const old = openPostgresStore(url);
    t.after(() => old.close());
    withRuns(old, RUN);
    old.jobs.put(jobRow(old));
    const before = { run: old.runs.get(RUN), jobs: old.jobs.list(RUN) };
    const newer = openPostgresStore(url, { migrations: newerMigrations(t) });
    t.after(() => newer.close());
    // The plans of its statements are of before.
    assert.deepEqual({ run: old.runs.get(RUN), jobs: old.jobs.list(RUN) }, before);
    old.commit("durable", () => {
      assert.deepEqual(old.runs.get(RUN), before.run);
      old.runs.insert(newRun(idOf(2)));
      old.jobs.put(jobRow(old, { number: 2 }));
    });
    assert.equal(newer.jobs.list(RUN).length, 2);
    assert.deepEqual(server.sql(url, "SELECT extra FROM run"), ["old", "old"]);
    assert.throws(
      () => openPostgresStore(url),
      (error) => isLigaseError(error, "store-newer"),
    );
  });

  /** This version's migrations and another that only adds. */
  function newerMigrations(t: TestContext): URL {
    const folder = mkdtempSync(join(tmpdir(), "ligase-migrations-"));
    t.after(() => rmSync(folder, { recursive: true }));
    cpSync(MIGRATIONS, folder, { recursive: true });
    writeFileSync(
      join(folder, "9999-more.sql"),
      `ALTER TABLE run ADD COLUMN extra TEXT NOT NULL DEFAULT 'old';
       ALTER TABLE job ADD COLUMN extra INTEGER;
       CREATE TABLE more (id INTEGER PRIMARY KEY, text TEXT NOT NULL);`,
    );
    return pathToFileURL(`${folder}/`);
  }

  test("a migration that fails leaves the store as it was", (t) => {
    const url = server.url();
    const store = openPostgresStore(url);
    t.after(() => store.close());
    const folder = newerMigrations(t);
    writeFileSync(new URL("9999-more.sql", folder), "CREATE TABLE more (id INTEGER); SELECT broken;");
    assert.throws(() => openPostgresStore(url, { migrations: folder }), /broken/);
    assert.deepEqual(server.sql(url, "SELECT to_regclass('more') IS NULL"), ["t"]);
    openPostgresStore(url).close();
  });

  test("stores of one database are apart by their schema", (t) => {
    const stores = [openPostgresStore(server.url()), openPostgresStore(server.url())] as const;
    for (const store of stores) t.after(() => store.close());
    withRuns(stores[0], RUN);
    assert.deepEqual(
      stores.map((store) => store.runs.list({ limit: 9 }).length),
      [1, 0],
    );
  });
});
