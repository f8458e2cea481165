import assert from "node:assert/strict";
import { test } from "node:test";
import { Dir, File } from "@ligase/sdk";
import type { TypeIr } from "@ligase/sdk/internal";
import { jsonValue } from "@ligase/sdk/values";
import { paletteFor } from "./palette.ts";
import { showValue, type ShowOptions } from "./show-value.ts";

const options: ShowOptions = { palette: paletteFor(false, {}), width: 100, cwd: "/project" };
const bam = new File({
  digest: "sha256:3f9a12c4ff",
  size: 1_288_490_189,
  name: "S1.bam",
  uri: "file:///project/out/S1.bam",
});
const index = new Dir({
  digest: "sha256:00aa11bb22",
  size: 2048,
  name: "index",
  uri: "file:///data/my%20index",
});
const show = (value: unknown, more: Partial<ShowOptions> = {}): readonly string[] =>
  showValue(value, { ...options, ...more });

test("files have a path, a size and the beginning of their hash; folders end with a slash", () => {
  assert.deepEqual(show({ bam, index }), [
    "bam    out/S1.bam  1.2 GiB  3f9a12c4",
    "index  /data/my index/  2 KiB  00aa11bb",
  ]);
});

test("records and lists stand below their names, short values behind them", () => {
  assert.deepEqual(
    show({ sample: "S1", lanes: [1, 2], empty: [], nothing: null, at: new Date(0), done: true }),
    [
      "sample   S1",
      "lanes",
      "  - 1",
      "  - 2",
      "empty    []",
      "nothing  null",
      "at       1970-01-01T00:00:00.000Z",
      "done     true",
    ],
  );
});

test("records with the same short fields are a table", () => {
  const rows = [
    { sample: "S1", aligned: 98.1 },
    { sample: "S22", aligned: 7 },
  ];
  assert.deepEqual(show(rows), ["sample  aligned", "S1         98.1", "S22           7"]);
});

test("a long list shows its beginning and end, and how much is between", () => {
  const list = Array.from({ length: 1_000 }, (_, position) => position);
  assert.deepEqual(show(list, { maxItems: 4 }), ["- 0", "- 1", "… 996 more items", "- 998", "- 999"]);
});

test("text of several lines, and what a terminal would obey, is shown as it is", () => {
  assert.deepEqual(show({ log: "a\nb\u001B[2J" }), ["log", "  │ a", "  │ b\\x1b[2J"]);
});

test("a known type gives fields their order, and durations and sizes their units", () => {
  const type: TypeIr = {
    kind: "record",
    fields: {
      wait: { type: { kind: "duration" } },
      memory: { type: { kind: "nullable", inner: { kind: "size" } } },
      count: { type: { kind: "integer" } },
    },
  };
  assert.deepEqual(show({ count: 3, memory: 2_147_483_648, wait: 5_400_000 }, { type }), [
    "wait    1h 30m",
    "memory  2 GiB",
    "count   3",
  ]);
});

test("a table that would be too wide has shorter titles, and is a list where that does not help", () => {
  const rows = [1, 2].map((n) => ({ percentProperlyPaired: n, percentDuplicates: n }));
  assert.deepEqual(show(rows, { width: 26 }), [
    "percentProp…  percentDupl…",
    "           1             1",
    "           2             2",
  ]);
  assert.equal(show(rows, { width: 20 })[0], "- percentProperlyPaired  1");
});

test("deep values end somewhere", () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 2_000; depth++) value = { inner: value };
  assert.equal(show(value).at(-1)?.trim(), "…");
});

test("machines get plain JSON in which a file can be an input again", () => {
  assert.deepEqual(
    jsonValue({
      bam,
      set: new Set([1]),
      map: new Map([["a", 1n]]),
      bytes: new Uint8Array([1, 2]),
      nan: NaN,
      none: undefined,
    }),
    {
      bam: {
        uri: "file:///project/out/S1.bam",
        path: "/project/out/S1.bam",
        name: "S1.bam",
        size: 1_288_490_189,
        digest: "sha256:3f9a12c4ff",
      },
      set: [1],
      map: [["a", "1"]],
      bytes: "AQI=",
      nan: "NaN",
      none: null,
    },
  );
});
