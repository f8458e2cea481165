import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { compileCheck } from "./check.ts";
import { fromZod } from "./from-zod.ts";
import { nearestName } from "./nearest-name.ts";

const FORMATS = {
  email: [z.email(), fc.emailAddress()],
  url: [z.url(), fc.webUrl({ withFragments: true, withQueryParameters: true })],
  uuid: [z.uuid(), fc.uuid()],
  ipv4: [z.ipv4(), fc.ipV4()],
  ipv6: [z.ipv6(), fc.ipV6()],
  datetime: [
    z.iso.datetime(),
    fc.date({ noInvalidDate: true, max: new Date("9999-12-31") }).map((date) => date.toISOString()),
  ],
  date: [
    z.iso.date(),
    fc.tuple(fc.nat(9999), fc.nat(13), fc.nat(32)).map((parts) => parts.map(padded).join("-")),
  ],
  time: [
    z.iso.time(),
    fc
      .tuple(fc.nat(25), fc.nat(61), fc.nat(61))
      .map((parts) => parts.map((part) => padded(part, 1)).join(":")),
  ],
} as const;

for (const [name, [schema, texts]] of Object.entries(FORMATS)) {
  test(`Zod and Ligase agree on what is a ${name}`, () => {
    const check = compileCheck(fromZod(schema));
    const agree = (text: string): void =>
      assert.equal(check(text).ok, schema.safeParse(text).success, JSON.stringify(text));
    fc.assert(fc.property(texts, agree));
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.constantFrom("", ".", "-", "0", "é", ":", "@", "Z"),
        (text, place, other) => {
          const at = place % (text.length + 1);
          agree(text.slice(0, at) + other + text.slice(at + 1));
        },
      ),
    );
  });
}

test("the nearest name is the one that was meant, and far ones are not named", () => {
  const known = ["sampleId", "lane", "reference"];
  assert.equal(nearestName("sample_id", known), "sampleId");
  assert.equal(nearestName("lnae", known), "lane");
  assert.equal(nearestName("refrence", known), "reference");
  assert.equal(nearestName("zzz", known), undefined);
});

function padded(part: number, index: number): string {
  return String(part).padStart(index === 0 ? 4 : 2, "0");
}
