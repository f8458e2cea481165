import assert from "node:assert/strict";
import { test } from "node:test";
import {
  after,
  approve,
  catchError,
  cond,
  fail,
  file,
  format,
  map,
  signal,
  task,
  workflow,
  z,
} from "@ligase/sdk";
import { requireTask, type WorkflowDefinition } from "@ligase/sdk/internal";
import { paletteFor } from "../output/palette.ts";
import { dotText } from "./dot.ts";
import { allBoxes, arrowsOf, type Drawing } from "./drawing.ts";
import { drawTemplate } from "./draw-template.ts";
import { mermaidText } from "./mermaid.ts";
import { treeText } from "./tree.ts";

const trim = task(
  {
    name: "graph-trim",
    input: { sample: z.string() },
    output: z.object({ ok: z.boolean(), reads: z.string() }),
  },
  ({ sample }) => ({ ok: true, reads: sample }),
);
const align = task(
  { name: "graph-align", input: { reads: z.string(), index: z.string() }, output: z.string() },
  ({ reads }) => reads,
);
const buildIndex = task(
  { name: "graph-index", input: { reference: file(".fa") }, output: z.string() },
  () => "",
);
const report = task(
  { name: "graph-report", input: { all: z.array(z.string()) }, output: z.string() },
  () => "",
);

workflow(
  {
    name: "graph-flow",
    input: { samples: z.array(z.string()), reference: file(".fa"), strict: z.boolean() },
  },
  ({ samples, reference, strict }) => {
    const trimmed = map(samples, (sample) => trim({ sample }), { concurrency: 4 });
    const checked = cond(
      strict,
      () => approve(trimmed, { name: "quality", timeout: "2h" }),
      () => trimmed,
    );
    const index = after(checked, () => buildIndex({ reference }));
    const aligned = map(checked, (reads) => align({ reads: reads.reads, index }));
    return catchError(
      () => report({ all: aligned }),
      () => fail("no report"),
    );
  },
);

const { name, input, template } = requireTask("graph-flow") as WorkflowDefinition;
const drawing = drawTemplate({ name, input, template, kindOf: () => "task" });

test("a drawing has named steps and what they need; plumbing between them is left out", () => {
  assert.equal(
    treeText(drawing, paletteFor(false, {})),
    `graph-flow
├─ inputs
│  ├─ samples: text[]
│  ├─ reference: file(.fa)
│  └─ strict: boolean
├─ for each (4 at a time)  ← samples
│  └─ graph-trim  ← samples
├─ if  ← strict
│  └─ then
│     └─ ◆ quality (approve, within 2h)  ← graph-trim
├─ after  ← quality, graph-trim
│  └─ graph-index  ← reference
├─ for each  ← quality, samples
│  └─ graph-align  ← quality, graph-trim, graph-index
└─ try
   ├─ graph-report  ← graph-align
   └─ on failure
      └─ ✗ fail
`,
  );
});

workflow(
  { name: "graph-late", input: { depth: signal(z.int()), strict: z.boolean() } },
  ({ depth, strict }) =>
    cond(
      strict,
      () => report({ all: [format`${depth}`] }),
      () => format`at ${depth}`,
    ),
);

test("an input that may come later is drawn as the gate at which it is awaited where it was not given", () => {
  const late = requireTask("graph-late") as WorkflowDefinition;
  const drawn = drawTemplate({
    name: late.name,
    input: late.input,
    template: late.template,
    kindOf: () => "task",
  });
  assert.equal(
    treeText(drawn, paletteFor(false, {})),
    `graph-late
├─ inputs
│  ├─ depth: integer
│  └─ strict: boolean
├─ ◆ depth (where it was not given)  ← depth
└─ if  ← strict
   └─ then
      └─ graph-report  ← depth
`,
  );
});

test("every arrow joins an input or a box with a box, and never goes in a circle", () => {
  const order = new Map(
    [...drawing.inputs, ...allBoxes(drawing.boxes)].map(({ id }, position) => [id, position]),
  );
  for (const { from, to } of arrowsOf(drawing)) {
    const [before, then] = [order.get(from), order.get(to)];
    assert.ok(before !== undefined && then !== undefined && before !== then, `${from} -> ${to}`);
  }
});

test("Mermaid text has a subgraph for each group, each closed, and quotes what people wrote", () => {
  const text = mermaidText(drawing);
  const lines = text.split("\n").map((line) => line.trim());
  assert.equal(lines[0], "flowchart TD");
  assert.equal(
    lines.filter((line) => line.startsWith("subgraph ")).length,
    lines.filter((line) => line === "end").length,
  );
  assert.ok(lines.some((line) => /^n\d+\{\{"quality \(approve, within 2h\)"\}\}$/.test(line)));
  const odd: Drawing = {
    name: "odd",
    inputs: [],
    result: [],
    boxes: [{ id: "n1", kind: "task", title: 'a "b" <c>', detail: null, needs: [], boxes: [] }],
  };
  assert.match(mermaidText(odd), /n1\["a #quot;b#quot; #lt;c>"\]/);
});

test("DOT text closes every brace, and arrows to a group end at its border", () => {
  const text = dotText(drawing);
  assert.equal(text.match(/\{/g)?.length, text.match(/\}/g)?.length);
  assert.match(text, /lhead="cluster_n\d+", style=dashed/);
  const odd: Drawing = { name: 'say "hi"\\', inputs: [], result: [], boxes: [] };
  assert.match(dotText(odd), /^digraph "say \\"hi\\"\\\\" \{/);
});
