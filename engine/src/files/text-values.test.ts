import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { hashText } from "@ligase/sdk/internal";
import { getText, putText, textPath, type TextPlace } from "./text-values.ts";

const TEXT = "x".repeat(20_000);
const HASH = hashText(TEXT);

describe("large values as texts", () => {
  test("a text is written once, read-only", (t) => {
    const place = setup(t);
    assert.equal(putText(HASH, TEXT, place), true);
    assert.equal(putText(HASH, TEXT, place), false);
    assert.equal(statSync(textPath(HASH, place)).mode & 0o222, 0);
    assert.deepEqual(readdirSync(place.temporary), []);
  });

  test("a damaged text is missing, and putting it again makes it whole", (t) => {
    const place = setup(t);
    putText(HASH, TEXT, place);
    for (const damage of ["y".repeat(20_000), "", "x".repeat(19_999)]) {
      chmodSync(textPath(HASH, place), 0o644);
      writeFileSync(textPath(HASH, place), damage);
      assert.equal(getText(HASH, place), null);
      assert.equal(putText(HASH, TEXT, place), true);
      assert.equal(getText(HASH, place), TEXT);
    }
  });
});

function setup(t: TestContext): TextPlace {
  const top = mkdtempSync(join(tmpdir(), "ligase-texts-"));
  t.after(() => rmSync(top, { recursive: true }));
  const place = { folder: join(top, "values"), temporary: join(top, "temporary") };
  for (const folder of Object.values(place)) mkdirSync(folder);
  return place;
}
