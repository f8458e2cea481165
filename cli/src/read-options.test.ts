import assert from "node:assert/strict";
import { test } from "node:test";
import type { OptionTable } from "./options.ts";
import { Problem } from "./problem.ts";
import { readOptions, type Grammar } from "./read-options.ts";

const options = {
  json: { kind: "flag", about: "" },
  follow: { kind: "flag", short: "f", about: "" },
  number: { kind: "count", short: "n", value: "N", about: "" },
  check: { kind: "choice", values: ["proof", "full"], about: "" },
  tag: { kind: "list", value: "NAME=VALUE", about: "" },
  deck: { kind: "optional-text", value: "NAME", about: "" },
} as const satisfies OptionTable;

const grammar: Grammar = {
  command: "show",
  usage: "ligase show RUN",
  options,
  positionals: [{ name: "RUN", about: "the run" }],
};

const problemOf = (argv: readonly string[], given: Grammar = grammar): Problem => {
  try {
    readOptions(argv, given);
  } catch (error) {
    if (error instanceof Problem) return error as Problem;
    throw error;
  }
  throw new Error("There was no problem.");
};

test("flags may stand before and after arguments, with `=` or without", () => {
  const { values, positionals } = readOptions(
    ["--number=3", "r1", "-f", "--check", "full", "--tag", "a=1", "--tag", "b=2"],
    grammar,
  );
  assert.deepEqual(positionals, ["r1"]);
  assert.deepEqual(values, { json: false, follow: true, number: 3, check: "full", tag: ["a=1", "b=2"] });
});

test("a value that may be left out is never taken from an argument that is still missing", () => {
  assert.deepEqual(readOptions(["--deck", "r1"], grammar), {
    values: { json: false, follow: false, tag: [], deck: "" },
    positionals: ["r1"],
    rest: [],
  });
  assert.equal(readOptions(["r1", "--deck", "qc"], grammar).values["deck"], "qc");
  assert.equal(readOptions(["r1", "--deck=qc"], grammar).values["deck"], "qc");
});

test("everything after -- is an argument, and a negative number is a value", () => {
  assert.deepEqual(readOptions(["--", "--odd"], grammar).positionals, ["--odd"]);
  assert.deepEqual(readOptions(["-5"], grammar).positionals, ["-5"]);
});

test("what follows the last argument can be left to the command", () => {
  assert.deepEqual(
    readOptions(["--json", "r1", "--reads", "a.fq"], { ...grammar, leaveRestAfter: () => 1 }).rest,
    ["--reads", "a.fq"],
  );
});

test("an unknown flag names the nearest one", () => {
  const { code, params } = problemOf(["r1", "--folow"]);
  assert.equal(code, "flag-unknown");
  assert.deepEqual(params, { command: "show", flag: "--folow", near: "--follow" });
});

test("a flag without its value, a wrong value, a missing and a surplus argument are told apart", () => {
  assert.equal(problemOf(["r1", "--number"]).code, "flag-value-missing");
  assert.equal(problemOf(["r1", "--number", "many"]).code, "flag-value-invalid");
  assert.equal(problemOf(["r1", "--check", "some"]).code, "flag-value-invalid");
  assert.equal(problemOf(["r1", "--json=yes"]).code, "flag-value-invalid");
  assert.equal(problemOf([]).code, "argument-missing");
  assert.equal(problemOf(["r1", "r2"]).code, "argument-unexpected");
});
