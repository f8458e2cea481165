import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { campaign, describeBroken } from "../../testkit/src/kill/campaign.ts";
import { needs } from "../../testkit/src/needs.ts";

/*
 * R9, C18: the disk is cut back to what was synced, and more or less of the rest. What the program told the outside
 * before holds after it. docs/reliability.md says what is assumed of a disk.
 */

/** The same in every run of the tests. */
const SEED = 9_100;

async function cut(seed: number, deaths: number): Promise<void> {
  const runs = await campaign({ way: "power", seed, deaths, lanes: availableParallelism() });
  assert.deepEqual(runs.filter(({ broken }) => broken.length > 0).map(describeBroken), []);
  assert.ok(runs.reduce((sum, run) => sum + run.deaths, 0) >= deaths);
}

test("R9: what was told before a power cut holds after it", needs("strace"), () => cut(SEED, 200));

test("R9: the same for workflows that were never tried before", needs("strace"), () =>
  cut(randomInt(2 ** 31), 100),
);
