import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { campaign, describeBroken } from "../../testkit/src/kill/campaign.ts";
import { needs } from "../../testkit/src/needs.ts";

/*
 * R9, C18: the disk is cut back to what was synced, and more or less of the rest. What the program told the outside
 * before holds after it. docs/reliability.md says what is assumed of a disk.
 */

/** The same in every run of the tests: what is red then is of the change. New ones are tried by the command. */
const SEED = 9_100;
const CUTS = 300;

test("R9: what was told before a power cut holds after it", needs("strace"), async () => {
  const runs = await campaign({ way: "power", seed: SEED, deaths: CUTS, lanes: availableParallelism() });
  assert.deepEqual(runs.filter(({ broken }) => broken.length > 0).map(describeBroken), []);
  assert.ok(runs.reduce((sum, run) => sum + run.deaths, 0) >= CUTS);
});
