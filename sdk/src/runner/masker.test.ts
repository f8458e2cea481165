import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { createMask, createStreamMask, maskDeep } from "./masker.ts";

suite("masking secrets", () => {
  test("a secret within another leaves nothing readable", () => {
    assert.equal(createMask({ a: "key", b: "key-long" })("my key-long and key"), "my *** and ***");
  });

  test("a secret made of pattern characters is masked as text", () => {
    assert.equal(createMask({ a: "a.*(b" })("a.*(b axxb"), "*** axxb");
  });

  test("each line of a key file is masked", () => {
    assert.equal(createMask({ a: "{\nprivate-key-line\n}" })("{ private-key-line }"), "{ *** }");
  });

  test("no secrets, or empty ones, change nothing", () => {
    assert.equal(createMask({})("text"), "text");
    assert.equal(createMask({ a: "" })("text"), "text");
  });

  test("texts deep in details are masked", () => {
    assert.deepEqual(maskDeep({ a: ["x secret", 1, null] }, createMask({ s: "secret" })), {
      a: ["x ***", 1, null],
    });
  });

  test("however a stream is cut, it is masked as its whole text is", () => {
    const secrets = { a: "s3cr3t", b: "hündin" };
    const text = fc
      .array(fc.constantFrom("s3cr3t", "s3c", "r3t", "hündin", "hü", "x", "\n", "€"), { maxLength: 30 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(12)), (whole, cuts) => {
        const stream = createStreamMask(secrets);
        let bytes = Buffer.from(whole);
        let masked = "";
        for (const cut of cuts) {
          masked += stream.push(bytes.subarray(0, cut));
          bytes = bytes.subarray(cut);
        }
        masked += stream.push(bytes) + stream.end();
        for (const secret of Object.values(secrets)) assert.ok(!masked.includes(secret), masked);
        assert.equal(masked, createMask(secrets)(whole));
      }),
    );
  });
});
