import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AREAS, type Area } from "../../testkit/src/simulator/faults.ts";
import { findPlanted } from "../../testkit/src/simulator/find-planted.ts";
import { KEPT_SEEDS } from "../../testkit/src/simulator/kept-seeds.ts";
import { PLANTED_FAULTS } from "../../testkit/src/simulator/planted-faults.ts";
import { simulateSeeds } from "../../testkit/src/simulator/simulate-seeds.ts";
import { simulate } from "../../testkit/src/simulator/simulation.ts";

/*
 * R1–R11, C4, C6, C7, C9, C18–C21, C23, C24 on the whole engine in a simulated world: clock, disk, files, executors, clients,
 * and what goes wrong with them. `npm run simulate -- --seed S` shows what happened in a seed.
 */

const areas = Object.keys(AREAS) as Area[];
/** What an engine that serves began by itself rejects when it dies: in this process that would be an error of the test. */
const here = areas.filter((area) => area !== "parking");
const workers = availableParallelism();
const SEEDS = 2_000;
const ROOT = join(import.meta.dirname, "../..");

test("every rule holds in every seed", async () => {
  const { broken, seeds } = await simulateSeeds({ from: 1, count: SEEDS, areas, workers });
  assert.deepEqual(broken, []);
  assert.equal(seeds, SEEDS);
});

for (const { seed, why } of KEPT_SEEDS) {
  test(`a seed that once broke a rule does no more: ${why}`, async () => {
    const { broken } = await simulate(seed, { areas: here });
    assert.equal(broken, null);
  });
}

test("a seed does the same again", async () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) assert.deepEqual(await traceOf(seed), await traceOf(seed));
});

/** All that happens in a seed; ids are given anew each time. */
async function traceOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  await simulate(seed, {
    areas: here,
    trace: (line) => lines.push(line.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")),
  });
  return lines;
}

test("every fault that can be planted has its place in the engine", () => {
  const placeless = PLANTED_FAULTS.filter(
    ({ file, text }) => readFileSync(join(ROOT, file), "utf8").split(text).length !== 2,
  );
  assert.deepEqual(placeless, []);
});

test("faults that are planted in the engine are found", async () => {
  const easy = PLANTED_FAULTS.filter(({ isEasy }) => isEasy === true);
  assert.ok(easy.length >= 3);
  for await (const { fault, found } of findPlanted({ areas, workers, faults: easy }))
    assert.notEqual(found, null, fault.name);
});
