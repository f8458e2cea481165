import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDelay } from "./retry.ts";

const failure = { kind: "user", name: "Error", message: "broken" } as const;
/** The waits before each further attempt, without jitter. */
const waits = (retries: {
  count: number;
  backoff: string;
  maxBackoff?: string;
}): readonly (number | null)[] =>
  Array.from({ length: retries.count + 1 }, (_, index) =>
    retryDelay(
      { retries: retries as never },
      Array.from({ length: index + 1 }, () => failure),
      0.5,
    ),
  );

test("the wait doubles up to the maximum, and there are no more attempts than asked for", () => {
  assert.deepEqual(waits({ count: 3, backoff: "2m" }), [120_000, 240_000, 300_000, null]);
  assert.deepEqual(waits({ count: 2, backoff: "1s", maxBackoff: "1500ms" }), [1_000, 1_500, null]);
});

test("a backoff that is longer than the default maximum is kept as it is", () => {
  assert.deepEqual(waits({ count: 2, backoff: "1h" }), [3_600_000, 3_600_000, null]);
});
