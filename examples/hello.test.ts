import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { EngineRig, valueOf } from "../testkit/src/engine-rig.ts";
import { hello } from "./hello.ts";

const FILE = join(import.meta.dirname, "hello.ts");

test("hello: every name is greeted, in the order of the list", async () => {
  await using rig = new EngineRig(FILE);
  const expected = [
    { greeting: "HELLO ANA", letters: 9 },
    { greeting: "HELLO BARBARA", letters: 13 },
  ];
  assert.deepEqual(await rig.value(hello, { names: ["ana", "barbara"] }), expected);
});

test("hello: of a longer list only the new name is computed", async () => {
  await using rig = new EngineRig(FILE);
  await rig.value(hello, { names: ["ana", "ben"] });
  const run = await rig.launch(hello, { names: ["ana", "ben", "eve"] });
  valueOf(await run.ended);
  assert.deepEqual([rig.ran(run.id, "shout"), rig.ran(run.id, "count-letters")], [1, 1]);
});
