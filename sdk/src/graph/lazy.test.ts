import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { task } from "../authoring/task.ts";
import { isLigaseError } from "../errors/ligase-error.ts";
import { encode } from "../values/codec.ts";
import { isLazy } from "./lazy.ts";

const give = task(
  { name: "lazy-give", input: {}, output: z.object({ id: z.string(), sizes: z.array(z.number()) }) },
  () => ({
    id: "a",
    sizes: [1],
  }),
);

const misuses: Readonly<Record<string, (value: never) => unknown>> = {
  "a template string": (value) => `${value as string}`,
  addition: (value) => (value as number) + 1,
  comparison: (value) => (value as number) < 1,
  "loose equality with a number": (value) =>
    // oxlint-disable-next-line eqeqeq -- the loose one is what is tested
    (value as unknown) == 1,
  "a computed key": (value) => ({ [value as string]: 1 }),
  iteration: (value) => [...(value as unknown[])],
  "for of": (value) => {
    for (const item of value as unknown[]) return item;
    return null;
  },
  "JSON.stringify": (value) => JSON.stringify(value),
  "object spread": (value) => ({ ...(value as object) }),
  "Object.keys": (value) => Object.keys(value),
  "calling toString": (value) => String(value),
  assignment: (value) => ((value as { id: string }).id = "b"),
  delete: (value) => delete (value as { id?: string }).id,
};

for (const [use, misuse] of Object.entries(misuses)) {
  test(`a lazy value in ${use} is an error with a remedy`, () => {
    assert.throws(
      () => misuse(give({}) as never),
      (error) =>
        isLigaseError(error, "lazy-value-used") &&
        error.message.includes("lazy-give") &&
        /map|eq/.test(error.remedy),
    );
  });
}

test("the message says where the lazy value was used", () => {
  assert.throws(() => `${give({}) as unknown as string}`, /lazy\.test\.ts:\d+:\d+/);
});

test("a field or item is a lazy value, the same each time", () => {
  const value = give({});
  assert.ok(isLazy(value.id) && isLazy(value.sizes[0]));
  assert.equal(value.id, value.id);
});

test("a field that the type does not have is an error that shows the type", () => {
  assert.throws(
    () => (give({}) as unknown as { name: unknown }).name,
    (error) =>
      isLigaseError(error, "unknown-field") &&
      error.message.includes('"name"') &&
      error.message.includes("sizes"),
  );
  assert.throws(() => (give({}).sizes as unknown as { length: unknown }).length, /"length"/);
});

test("a lazy value is no promise, and printing it does no harm", async () => {
  const value = give({});
  assert.equal(await Promise.resolve(value), value);
});

test("a lazy value is not encoded", () => {
  assert.throws(
    () => encode({ deep: [give({})] }),
    (error) => isLigaseError(error, "lazy-in-value") && error.message.includes(".deep[0]"),
  );
});
