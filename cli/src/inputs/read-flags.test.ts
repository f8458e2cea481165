import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordIr } from "@ligase/sdk/internal";
import type { OptionTable } from "../options.ts";
import { findPlace, flagOf } from "./input-path.ts";
import { readFlags } from "./read-flags.ts";

const sample: RecordIr = {
  kind: "record",
  fields: { id: { type: { kind: "text" } }, lanes: { type: { kind: "list", item: { kind: "integer" } } } },
};
const input: RecordIr = {
  kind: "record",
  fields: {
    knownSites: { type: { kind: "list", item: { kind: "file" } } },
    samples: { type: { kind: "list", item: sample } },
    fast: { type: { kind: "boolean" } },
    env: { type: { kind: "dictionary", value: { kind: "text" } } },
    tag: { type: { kind: "nullable", inner: { kind: "text" } } },
  },
};
const options = {
  tag: { kind: "list", value: "NAME=VALUE", about: "" },
  json: { kind: "flag", about: "" },
} as const satisfies OptionTable;

function read(...argv: readonly string[]) {
  const values: Record<string, unknown> = { tag: [], json: false };
  const { inputs, problems } = readFlags(argv, { command: "run", input, options, values });
  return { values, problems, inputs: inputs.map(({ path, texts }) => [path.join("."), texts]) };
}

test("a flag names a field with dashes or as it is written, and a place inside by dots", () => {
  assert.deepEqual(findPlace(input, "known-sites")?.path, ["knownSites"]);
  assert.deepEqual(findPlace(input, "knownSites")?.path, ["knownSites"]);
  assert.deepEqual(findPlace(input, "samples.0.lanes.1"), {
    path: ["samples", 0, "lanes", 1],
    type: { kind: "integer" },
  });
  assert.deepEqual(findPlace(input, "env.HOME")?.path, ["env", "HOME"]);
  assert.equal(findPlace(input, "samples.first.id"), undefined);
  assert.equal(findPlace(input, "samples.0.nope"), undefined);
  assert.equal(flagOf(["samples", 0, "id"]), "--samples.0.id");
});

test("a list takes all words up to the next flag, other types one", () => {
  assert.deepEqual(read("--known-sites", "a.vcf", "b.vcf", "--env.HOME", "x", "--samples.0.lanes=3").inputs, [
    ["knownSites", ["a.vcf", "b.vcf"]],
    ["env.HOME", ["x"]],
    ["samples.0.lanes", ["3"]],
  ]);
});

test("a boolean is given by its flag, its denial, or a word", () => {
  assert.deepEqual(read("--fast").inputs, [["fast", true]]);
  assert.deepEqual(read("--no-fast").inputs, [["fast", false]]);
  assert.deepEqual(read("--fast", "no").inputs, [["fast", ["no"]]]);
});

test("an input comes before a flag of the command with the same name; other flags of the command are found", () => {
  const { inputs, values } = read("--tag", "a=1", "--json");
  assert.deepEqual(inputs, [["tag", ["a=1"]]]);
  assert.deepEqual(values, { tag: [], json: true });
});

test("every unknown flag is told, with the nearest input, and its value is no second problem", () => {
  assert.deepEqual(read("--known-site", "x", "--nothing-like-it", "stray", "other").problems, [
    "--known-site: there is no such input; did you mean --known-sites?",
    "--nothing-like-it: there is no such input",
    '"other": it follows no flag',
  ]);
});

test("a flag without its value is a problem", () => {
  assert.deepEqual(read("--env.HOME", "--fast").problems, ["--env.HOME: its value is missing"]);
});
