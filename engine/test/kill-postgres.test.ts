import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { campaign, describeBroken } from "../../testkit/src/kill/campaign.ts";
import { needs } from "../../testkit/src/needs.ts";

/*
 * Conformance 51, R3, R4, R5, R9, R11 from the outside, for a store on Postgres: processes are killed, connections cut,
 * the server crashes, and what a dead engine left is taken over. docs/reliability.md says what is checked.
 */

/** The same in every run of the tests: what is red then is of the change. New ones are tried by the command. */
const SEED = 5_100;
const DEATHS = 16;

test(
  "51: on Postgres a run survives its processes, its connections and the server",
  needs("postgres"),
  async () => {
    const runs = await campaign({
      way: "postgres",
      seed: SEED,
      deaths: DEATHS,
      lanes: availableParallelism(),
    });
    assert.deepEqual(runs.filter(({ broken }) => broken.length > 0).map(describeBroken), []);
    assert.ok(runs.reduce((sum, run) => sum + run.deaths, 0) >= DEATHS);
  },
);
