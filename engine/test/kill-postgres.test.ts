import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { campaign, describeBroken } from "../../testkit/src/kill/campaign.ts";
import { needs } from "../../testkit/src/needs.ts";

/*
 * Conformance 51, R3, R4, R5, R9, R11 from the outside, for a store on Postgres: processes are killed, connections cut,
 * the server crashes, and what a dead engine left is taken over. docs/reliability.md says what is checked.
 */

/** The same in every run of the tests. */
const SEED = 5_100;
const FIXED = 10;
const NEW = 6;

async function killed(seed: number, deaths: number): Promise<void> {
  const runs = await campaign({ way: "postgres", seed, deaths, lanes: availableParallelism() });
  assert.deepEqual(runs.filter(({ broken }) => broken.length > 0).map(describeBroken), []);
  assert.ok(runs.reduce((sum, run) => sum + run.deaths, 0) >= deaths);
}

test("51: on Postgres a run survives its processes, its connections and the server", needs("postgres"), () =>
  killed(SEED, FIXED),
);

test("51: the same for workflows that were never tried before", needs("postgres"), () =>
  killed(randomInt(2 ** 31), NEW),
);
