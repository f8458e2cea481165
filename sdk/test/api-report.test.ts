import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const report = readFileSync(new URL("../../etc/sdk.api.md", import.meta.url), "utf8");

test("every type that the SDK's own modules share and a user can see can be imported", () => {
  const [, hidden = ""] = report.split("## Named by the above, not exported");
  assert.match(hidden, /^type /m);
  assert.deepEqual(hidden.match(/^export .*$/gm) ?? [], []);
});

test("nothing that can be seen is declared twice", () => {
  const names = [...report.matchAll(/^(?:export )?(?:declare )?(?:interface|class|type|const) (\w+)/gm)].map(
    ([, name]) => name,
  );
  // Units of time and of bytes are the plumbing of two texts, each in its file.
  const twice = names.filter((name, index) => names.indexOf(name) !== index && name !== "Unit");
  assert.deepEqual(twice, []);
});
