import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { campaign, describeBroken, type Way } from "../../testkit/src/kill/campaign.ts";
import { needsSmallDisk } from "../../testkit/src/small-disk.ts";

/*
 * Conformance 51, R3, R5, R9 from the outside: the program is killed, with its children left to see to themselves.
 * `npm run kill` does the same for as long as one likes; docs/reliability.md says what is checked.
 */

/** The same in every run of the tests. */
const SEED = 5_100;
const FIXED_KILLS = 90;
const NEW_KILLS = 50;
const KILLS_ON_FULL_DISK = 15;
const FIXED_KILLS_WHILE_DECIDING = 100;
const NEW_KILLS_WHILE_DECIDING = 60;

async function killed(way: Way, seed: number, deaths: number): Promise<void> {
  const runs = await campaign({ way, seed, deaths, lanes: availableParallelism() });
  assert.deepEqual(runs.filter(({ broken }) => broken.length > 0).map(describeBroken), []);
  assert.ok(runs.reduce((sum, run) => sum + run.deaths, 0) >= deaths);
}

test("51: killed again and again and resumed, a run ends with the same value and nothing is lost or done twice", () =>
  killed("process", SEED, FIXED_KILLS));

test("51: the same for workflows that were never tried before", () =>
  killed("process", randomInt(2 ** 31), NEW_KILLS));

test("48: people decide over several connections while engines and they themselves are killed: none lost, none doubled", () =>
  killed("gates", SEED, FIXED_KILLS_WHILE_DECIDING));

test("48: the same for gates that were never tried before", () =>
  killed("gates", randomInt(2 ** 31), NEW_KILLS_WHILE_DECIDING));

test("51: killed while the disk is full, a run goes on when there is room", needsSmallDisk(), () =>
  killed("disk", SEED, KILLS_ON_FULL_DISK),
);
