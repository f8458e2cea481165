import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Claims, createSharedState, LiveGroups, MAX_IN_FLIGHT } from "./claims.ts";

suite("claims", () => {
  test("each of a long row of jobs has one claimer, whoever asks first", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (guardIsFirst) => {
        const shared = createSharedState();
        const sides = [new Claims(shared), new Claims(shared)] as const;
        for (let seq = 0; seq < 3 * MAX_IN_FLIGHT; seq++) {
          const [first, second] = guardIsFirst.next().value ? sides : [sides[1], sides[0]];
          assert.equal(first.take(seq), true);
          assert.equal(second.take(seq), false);
        }
      }),
      { numRuns: 5 },
    );
  });

  test("a job that was claimed long ago cannot be claimed again", () => {
    const claims = new Claims(createSharedState());
    for (let seq = 0; seq <= MAX_IN_FLIGHT; seq++) claims.take(seq);
    assert.equal(claims.take(0), false);
  });

  test("process groups are seen by the other thread while they live", () => {
    const shared = createSharedState();
    const [one, other] = [new LiveGroups(shared), new LiveGroups(shared)];
    for (const group of [7, 8, 9]) one.add(group);
    one.remove(8);
    assert.deepEqual(other.all(), [7, 9]);
  });
});
