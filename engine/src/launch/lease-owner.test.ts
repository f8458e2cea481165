import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { needsPidNamespace, runInPidNamespace } from "../../../testkit/src/pid-namespace.ts";
import { RUN, withRuns } from "../../../testkit/src/store-contract/rig.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import { leaseOwner, releaseIfGone } from "./lease-owner.ts";

const FIXTURE = fileURLToPath(new URL("./lease-owner.fixture.ts", import.meta.url));

function storeOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "ligase-lease-"));
  const path = join(folder, "store.db");
  const store = openSqliteStore(path);
  t.after(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  withRuns(store, RUN);
  return { path, store };
}

test("the lease of a process that is gone is given free at once", (t) => {
  const { path, store } = storeOf(t);
  execFileSync(process.execPath, [FIXTURE, path, RUN, "take"]);
  assert.notEqual(store.runs.holder(RUN), null);
  releaseIfGone(store.runs, RUN);
  assert.equal(store.runs.holder(RUN), null);
});

test("a process that is there keeps its lease, whoever looks on its machine", (t) => {
  const { path, store } = storeOf(t);
  const owner = leaseOwner("test");
  store.runs.lease(RUN, owner, 60_000);
  execFileSync(process.execPath, [FIXTURE, path, RUN, "free"]);
  assert.equal(store.runs.holder(RUN), owner);
});

test(
  "R11: a container where a process cannot be seen does not take it for gone",
  needsPidNamespace(),
  (t) => {
    const { path, store } = storeOf(t);
    const owner = leaseOwner("test");
    store.runs.lease(RUN, owner, 60_000);
    runInPidNamespace(FIXTURE, path, RUN, "free");
    assert.equal(store.runs.holder(RUN), owner);
  },
);
