import assert from "node:assert/strict";
import { test } from "node:test";
import { File } from "@ligase/sdk";
import { gateRecord } from "../testing/fake-run.ts";
import { gateLines } from "./gate-text.ts";
import { paletteFor } from "./palette.ts";

const options = { palette: paletteFor(false, {}), width: 80, cwd: "/project", now: 0 };
const digest = "0123456789abcdef".repeat(4);

const kept = (name: string) =>
  new File({
    name,
    size: 2048,
    digest: `sha256:${digest}`,
    uri: `file:///project/.ligase/files/sha256/01/${digest}/${name}`,
  });

test("a file to look at stands by its name, and below it where its copy lies", () => {
  const gate = gateRecord({ evidence: [kept("page.html"), kept("depth.tsv")] });
  assert.deepEqual(gateLines(gate, options).slice(1, 5), [
    "  page.html  2 KiB  01234567",
    `  file:///project/.ligase/files/sha256/01/${digest}/page.html`,
    "  depth.tsv  2 KiB  01234567",
    `  .ligase/files/sha256/01/${digest}/depth.tsv`,
  ]);
});

test("a name that would draw on the terminal is shown as it is", () => {
  const gate = gateRecord({ evidence: [kept("a\u001B[31mb.html")] });
  assert.ok(!gateLines(gate, options).join("\n").includes("\u001B"));
});

test("a value that may be edited has its fields in the order of its type", () => {
  const schema = {
    kind: "record",
    fields: { tube: { type: { kind: "text" } }, amount: { type: { kind: "number" } } },
  } as const;
  const gate = gateRecord({ value: { amount: 2, tube: "T1" }, evidence: ["as counted"], schema });
  assert.deepEqual(gateLines(gate, options).slice(1), [
    "  as counted",
    "  tube    T1",
    "  amount  2",
    "  whoever approves may edit the value, { tube: text; amount: number }",
  ]);
});

test("a review says what is to be filled in, and does not fail when the time is up", () => {
  const gate = gateRecord({ kind: "review", schema: { kind: "text" }, deadlineAt: 60_000 });
  const [form, until] = gateLines(gate, options).slice(-2);
  assert.equal(form, "  whoever approves fills in text");
  assert.match(until ?? "", /, then it expires$/);
});
