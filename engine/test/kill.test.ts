import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { campaign, describeBroken, type Way } from "../../testkit/src/kill/campaign.ts";
import { needsSmallDisk } from "../../testkit/src/small-disk.ts";

/*
 * Conformance 51, R3, R5, R9 from the outside: the program is killed, with its children left to see to themselves.
 * `npm run kill` does the same for as long as one likes; docs/reliability.md says what is checked.
 */

/** The same in every run of the tests: what is red then is of the change. New ones are tried by the command. */
const SEED = 5_100;

/** @param kinds what must be among that which was done */
async function killed(way: Way, deaths: number, ...kinds: readonly string[]): Promise<void> {
  const runs = await campaign({ way, seed: SEED, deaths, lanes: availableParallelism() });
  assert.deepEqual(runs.filter(({ broken }) => broken.length > 0).map(describeBroken), []);
  assert.ok(runs.reduce((sum, run) => sum + run.deaths, 0) >= deaths);
  for (const kind of kinds) assert.ok(runs.reduce((sum, { done }) => sum + (done?.[kind] ?? 0), 0) > 0, kind);
}

test("51: killed again and again and resumed, a run ends with the same value and nothing is lost or done twice", () =>
  killed("process", 140));

test("48: people decide while engines, services and they themselves are killed: none lost, none doubled", () =>
  killed("gates", 140, "engines killed", "services killed"));

test("51: killed while the disk is full, a run goes on when there is room", needsSmallDisk(), () =>
  killed("disk", 15),
);
