import assert from "node:assert/strict";
import { test } from "node:test";
import { isLigaseError } from "../errors/ligase-error.ts";
import { checkPlacement } from "./check-options.ts";

const problemOf = (options: Readonly<Record<string, unknown>>): string | null => {
  try {
    checkPlacement("align", options);
    return null;
  } catch (error) {
    assert.ok(isLigaseError(error, "option-not-valid"));
    return error.message;
  }
};

test("retries are checked to their parts: a typo or a kind that is never tried again is refused", () => {
  for (const retries of [
    0,
    3,
    { count: 0 },
    { count: 2, backoff: "10s", maxBackoff: "10s", on: ["resource"] },
  ])
    assert.equal(problemOf({ retries }), null);
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [-1, /a whole number of retries/],
    [{}, /count as a whole number/],
    [{ count: 1.5 }, /count as a whole number/],
    [{ count: 1, backof: "1s" }, /a record of count, backoff, maxBackoff, on/],
    [{ count: 1, backoff: "soon" }, /backoff as a duration/],
    [{ count: 1, maxBackoff: "never" }, /maxBackoff as a duration/],
    [{ count: 1, on: "user" }, /on as a list of user, resource, infrastructure/],
    [{ count: 1, on: ["misuse"] }, /no other failure is tried again/],
  ];
  for (const [retries, message] of wrong) assert.match(problemOf({ retries }) ?? "", message);
});

test("a backoff may be longer than the default maximum, but not than a maximum that is given", () => {
  assert.equal(problemOf({ retries: { count: 1, backoff: "1h" } }), null);
  assert.match(
    problemOf({ retries: { count: 1, backoff: "1h", maxBackoff: "5m" } }) ?? "",
    /a maxBackoff that is no shorter than the backoff/,
  );
});

test("a time-out of nothing, a limit held by nothing and a priority that is no number are refused", () => {
  assert.match(problemOf({ timeout: 0 }) ?? "", /above zero/);
  assert.match(problemOf({ limits: { licence: 0 } }) ?? "", /numbers above zero/);
  assert.match(problemOf({ limits: ["licence", 1] }) ?? "", /a list of names/);
  assert.match(problemOf({ priority: Number.NaN }) ?? "", /a number/);
  assert.equal(problemOf({ timeout: "1ms", limits: { licence: 2 }, priority: -1 }), null);
});
