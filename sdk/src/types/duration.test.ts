import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isLigaseError } from "../errors/ligase-error.ts";
import { formatSize, parseSize, type Size } from "./byte-size.ts";
import { formatDuration, parseDuration, type Duration } from "./duration.ts";

test("durations are read in every spelling that people use", () => {
  const spellings: readonly [Duration, number][] = [
    ["90 s", 90_000],
    ["2h", 7_200_000],
    ["1h30m", 5_400_000],
    ["1h 30 min", 5_400_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["1w", 604_800_000],
    [1_500, 1_500],
  ];
  for (const [text, durationMs] of spellings) assert.equal(parseDuration(text), durationMs);
  assert.equal(parseDuration(" 2 hours 5 minutes "), 7_500_000);
});

test("a duration written and read again is the same number", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (durationMs) =>
      assert.equal(parseDuration(formatDuration(durationMs)), durationMs),
    ),
  );
  assert.equal(formatDuration(5_400_000), "1h 30m");
});

test("what is no duration is an error that says why", () => {
  const reasons: readonly [string | number, RegExp][] = [
    ["90", /90 has no unit/],
    ["", /empty/],
    ["2 fortnights", /"fortnights" is not a unit/],
    ["30m 1h", /largest to the smallest/],
    ["1h 1h", /each once/],
    ["1h, 5m", /not a number with a unit/],
    ["-1h", /not a number with a unit/],
    ["0.2ms", /shorter than a millisecond/],
    [-5, /not negative/],
    [0.5, /whole/],
    [NaN, /whole/],
  ];
  for (const [input, reason] of reasons) {
    assert.throws(
      () => parseDuration(input),
      (error) => isLigaseError(error, "duration-invalid") && reason.test(error.message),
    );
  }
});

test("sizes tell binary and decimal units apart", () => {
  const spellings: readonly [Size, number][] = [
    ["2 GiB", 2 ** 31],
    ["2GB", 2e9],
    ["1.5 KiB", 1536],
    ["12 B", 12],
    [7, 7],
  ];
  for (const [text, bytes] of spellings) assert.equal(parseSize(text), bytes);
  assert.equal(parseSize("10 mib"), 10 * 2 ** 20);
});

test("what is no size is an error that says why", () => {
  for (const [input, reason] of [
    ["2G", /"G" is not a unit/],
    ["200", /has no unit/],
    ["x", /not a number/],
    [-1, /negative/],
  ] as const) {
    assert.throws(
      () => parseSize(input),
      (error) => isLigaseError(error, "size-invalid") && reason.test(error.message),
    );
  }
});

test("a size is written for people, and near enough to be read again", () => {
  assert.equal(formatSize(2 ** 31), "2 GiB");
  assert.equal(formatSize(1_610_612_736), "1.5 GiB");
  assert.equal(formatSize(0), "0 B");
  assert.equal(formatSize(2 ** 20 - 1), "1 MiB");
  fc.assert(
    fc.property(
      fc.nat(2 ** 30).map((n) => n * 4_096 + 1),
      (bytes) => {
        const error = Math.abs(parseSize(formatSize(bytes)) - bytes);
        assert.ok(error <= bytes * 0.01);
      },
    ),
  );
});
