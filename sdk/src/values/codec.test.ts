import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { isLigaseError } from "../errors/ligase-error.ts";
import { decode, encode, Secret } from "./codec.ts";
import { Dir, File } from "./file.ts";
import { hashText } from "./hash.ts";

const key = fc.oneof(
  fc.string(),
  fc.constantFrom("$", "$$", "$file", "$map", "$$set", "__proto__", "constructor", "toString", ""),
);

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
  ),
}));

test("a value decoded from its text has the same text", () => {
  fc.assert(fc.property(value, (made) => assert.equal(encode(decode(encode(made))), encode(made))));
});

test("plain data comes back as it was", () => {
  const plain = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      scalar,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  const negativeZero = (made: unknown): boolean =>
    JSON.stringify(made, (_key, item: unknown) =>
      typeof item === "bigint" ? "n" : Object.is(item, -0) ? "MINUS ZERO" : item,
    )?.includes("MINUS ZERO") ?? false;
  fc.assert(
    fc.property(plain, (made) => {
      fc.pre(!negativeZero(made));
      assert.deepStrictEqual(decode(encode(made)), made);
    }),
  );
});

/** The same value with keys, items of sets and entries of maps in the reverse order, nothing shared. */
function rebuilt(made: unknown): unknown {
  if (made instanceof Set) return new Set([...made].toReversed().map(rebuilt));
  if (made instanceof Map)
    return new Map([...made].toReversed().map(([name, item]) => [rebuilt(name), rebuilt(item)]));
  if (Array.isArray(made)) return made.map(rebuilt);
  if (typeof made !== "object" || made === null || made instanceof Date || made instanceof Uint8Array)
    return made;
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(made).toReversed()) {
    Object.defineProperty(copy, name, {
      value: rebuilt(item),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

test("(18) equal values built differently have equal text", () => {
  fc.assert(fc.property(value, (made) => assert.equal(encode(rebuilt(made)), encode(made))));
  const shared = { x: 1 };
  assert.equal(encode([shared, shared]), encode([{ x: 1 }, { x: 1 }]));
  assert.equal(encode({ a: 1, b: undefined }), encode({ a: 1 }));
  assert.equal(encode(-0), encode(0));
  assert.equal(encode(1), encode(1.0));
});

test("(18) values that differ have different text", () => {
  const different = [
    1,
    "1",
    true,
    "true",
    1n,
    null,
    "",
    [],
    {},
    [[]],
    new Set(),
    new Map(),
    new Set([1]),
    [1],
    { 0: 1 },
    new Date(0),
    "1970-01-01T00:00:00.000Z",
    NaN,
    Infinity,
    -Infinity,
    "NaN",
    new Uint8Array(1),
  ];
  assert.equal(new Set(different.map((item) => encode(item))).size, different.length);
});

test("(18) hashes are the same in every process", () => {
  const program = `
    const { encode } = await import(${JSON.stringify(new URL("./codec.ts", import.meta.url).href)});
    const { hashText } = await import(${JSON.stringify(new URL("./hash.ts", import.meta.url).href)});
    process.stdout.write(hashText(encode({ b: [1, 2n, new Set(["x", "a"])], a: new Map([["k", new Date(5)]]) })));`;
  const other = execFileSync(
    process.execPath,
    ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", program],
    { encoding: "utf8" },
  );
  assert.equal(
    other,
    hashText(encode({ a: new Map([["k", new Date(5)]]), b: [1, 2n, new Set(["a", "x"])] })),
  );
});

test("a field that looks like a tag stays a field", () => {
  for (const made of [{ $file: { digest: "x" } }, { $map: [] }, { $$set: 1 }, { $: 1 }])
    assert.deepEqual(decode(encode(made)), made);
});

test("a field named __proto__ is a field and changes no prototype", () => {
  const made = JSON.parse('{"__proto__":{"polluted":true}}') as object;
  const back = decode(encode(made)) as object;
  assert.deepEqual(Object.keys(back), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(back), Object.prototype);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test("a file is its content and name; where it is, only stored text tells", () => {
  const fields = { digest: "sha256:aa", size: 1, name: "a.txt" };
  const [here, there] = [
    new File({ ...fields, uri: "file:///here" }),
    new File({ ...fields, uri: "file:///there" }),
  ];
  assert.equal(encode(here), encode(there));
  assert.notEqual(encode(here), encode(new File({ ...fields, uri: here.uri, name: "b.txt" })));
  assert.notEqual(encode(here), encode(new Dir({ ...fields, uri: "file:///here" })));
  assert.equal((decode(encode(there, { locations: true })) as File).uri, "file:///there");
});

test("what is no data is refused with its place", () => {
  class Thing {
    readonly part = 1;
  }
  const cases = {
    "a function": () => 1,
    "a symbol": Symbol("s"),
    "an instance of Thing": new Thing(),
    "an invalid Date": new Date(NaN),
  };
  for (const [found, made] of Object.entries(cases)) {
    assert.throws(
      () => encode({ list: [made] }),
      (error) =>
        isLigaseError(error, "value-not-encodable") && error.message.includes(`.list[0] is ${found}`),
    );
  }
  assert.throws(() => encode({ token: new Secret("t") }), { code: "secret-in-value" });
  assert.throws(
    () => encode(new File({ digest: null, size: -1, name: "a", uri: "file:///a" })),
    /not read yet/,
  );
});

test("nesting has a limit, for a value that holds itself too", () => {
  const ring: unknown[] = [];
  ring.push(ring);
  assert.throws(() => encode(ring), { code: "value-too-deep" });
});

test("text that is not the codec's is refused", () => {
  for (const text of ["", "{", '{"$unknown":1}'])
    assert.throws(() => decode(text), { code: "value-not-decodable" });
});
