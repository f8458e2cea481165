import assert from "node:assert/strict";
import { test } from "node:test";
import { typeErrorsOf } from "../../testkit/src/type-errors.ts";

/* What must not compile, and what the compiler says of it: the words that lead a user to the mistake. */

const START = `
import { cond, file, filter, groupBy, map, out, script, sh, task, taskType, workflow, z } from "@ligase/sdk";
export const Sample = z.object({ id: z.string(), reads: z.number(), bam: file(".bam") });
export const inc = task({ name: "inc", input: { x: z.number(), by: z.number().default(1) }, output: z.number() }, ({ x, by }) => x + by);
export const align = script({ name: "align", input: { sample: Sample }, output: { bam: out.file("a.bam"), log: out.stdout() }, command: ({ sample }, o) => sh\`x \${sample.bam} > \${o.bam}\` });
export const used = [cond, filter, groupBy, map, taskType, workflow];
`;

const within = (body: string): string =>
  `workflow({ name: "w", input: { n: z.number(), text: z.string(), sample: Sample, list: z.array(Sample) } }, (args) => ${body});`;

const refused: Readonly<Record<string, readonly [code: string, ...words: readonly RegExp[]]>> = {
  "an argument of a wrong type": [`inc({ x: "1" });`, /'string' is not assignable to type 'Arg<number>'/],
  "a lazy argument of a wrong type": [within(`inc({ x: args.text })`), /LazyValue<string>.*Arg<number>/],
  "a missing argument": [`inc({});`, /Property 'x' is missing/],
  "an unknown argument": [`inc({ x: 1, z: 2 });`, /'z' does not exist/],
  "an unknown option of a task": [
    `task({ name: "a", cach: true }, () => 1);`,
    /'cach' does not exist.*Did you mean to write 'cache'/,
  ],
  "an unknown option of a script": [
    `script({ name: "a", imge: "x", output: out.stdout(), command: () => sh\`x\` });`,
    /Did you mean to write 'image'/,
  ],
  "a lazy value in a product": [within(`args.n * 2`), /left-hand side of an arithmetic operation/],
  "a lazy value in a sum": [
    within(`args.n + 2`),
    /'\+' cannot be applied to types 'LazyValue<number>' and 'number'/,
  ],
  "a lazy value compared": [
    within(`args.n > 2`),
    /'>' cannot be applied to types 'LazyValue<number>' and 'number'/,
  ],
  "a lazy value compared for equality": [
    within(`args.text === "a"`),
    /types 'LazyValue<string>' and 'string' have no overlap/,
  ],
  "a lazy list with a method": [within(`args.list.map(String)`), /'map' does not exist on type 'Lazy</],
  "the length of a lazy list": [within(`args.list.length`), /'length' does not exist on type 'Lazy</],
  "iterating over a lazy list": [within(`[...args.list]`), /Symbol\.iterator/],
  "a condition that is no boolean": [
    within(`cond(args.n, () => 1, () => 2)`),
    /'number' is not assignable to type 'boolean'/,
  ],
  "a wrong type inside map": [
    within(`map(args.list, (item) => inc({ x: item.id }))`),
    /LazyValue<string>.*Arg<number>/,
  ],
  "a key that rows do not have": [
    within(`groupBy(args.list, "patient")`),
    /"patient"' is not assignable.*"bam" \| "id" \| "reads"/,
  ],
  "a filter by a field that rows do not have": [
    within(`filter(args.list, { patient: "p" })`),
    /'patient' does not exist/,
  ],
  "a filter by a field that rows do not have, beside one that they have": [
    within(`filter(args.list, { id: "x", patient: "p" })`),
    /'string' is not assignable to type 'never'/,
  ],
  "a filter by a value that the field cannot have": [
    within(`filter(args.list, { reads: "1" })`),
    /'string' is not assignable to type 'Arg<number>'/,
  ],
  "a wrong output of a task": [
    `task({ name: "a", output: z.number() }, () => "x");`,
    /'string' is not assignable.*number/,
  ],
  "a wrong output of an async task": [
    `task({ name: "a", output: z.object({ n: z.number() }) }, async () => ({ n: "x" }));`,
    /property 'n' are incompatible/s,
  ],
  "a wrong output of a workflow": [
    `workflow({ name: "a", output: z.number() }, () => align({ sample: null as never }).log);`,
    /LazyValue<string>.*Arg<number>/,
  ],
  "an async workflow": [
    `workflow({ name: "a" }, async () => inc({ x: 1 }));`,
    /A workflow's body is not async/,
  ],
  "a field that an input does not have": [
    within(`args.sample.name`),
    /'name' does not exist on type 'Lazy<\{ id: string/,
  ],
  "a field that a result does not have": [
    within(`align({ sample: args.sample }).bai`),
    /'bai' does not exist on type 'Lazy<\{ bam: File/,
  ],
  "a field in a command": [
    `script({ name: "a", input: { s: Sample }, output: out.stdout(), command: ({ s }) => sh\`x \${s.nme}\` });`,
    /'nme' does not exist/,
  ],
  "an output path that was not declared": [
    `script({ name: "a", output: { a: out.file("x") }, command: (_input, o) => sh\`x \${o.b}\` });`,
    /'b' does not exist on type '\{ readonly a: string; \}'/,
  ],
  "environment for one call": [
    `inc.with({ env: { A: "1" } });`,
    /'env' does not exist in type 'PlacementOptions/,
  ],
  "a misspelt resource": [`inc.with({ resources: { cpus: 1 } });`, /'cpus' does not exist/],
  "an amount of memory in words": [
    `inc.with({ resources: { memory: "lots" } });`,
    /"lots"' is not assignable to type 'Size/,
  ],
  "a time-out in words": [`inc.with({ timeout: "soon" });`, /"soon"' is not assignable to type 'Duration'/],
  "a task value of a wrong type": [
    `const h = task({ name: "h", input: { f: taskType({ input: z.object({ x: z.number() }), output: z.string() }) } }, ({ f }) => f({ x: 1 })); h({ f: inc });`,
    /TaskValue<\{ x: number; \}, string>.*'number' is not assignable to type 'string'/s,
  ],
  "resources of a wrong type": [
    `task({ name: "a", input: { s: Sample }, resources: ({ s }) => ({ cpu: s.id }) }, () => 1);`,
    /Types of property 'cpu' are incompatible/,
  ],
};

const found = typeErrorsOf({
  start: START,
  ...Object.fromEntries(Object.entries(refused).map(([name, [code]]) => [name, START + code])),
});

test("the code around the mistakes compiles", () => assert.deepEqual(found["start"], []));

for (const [name, [, ...words]] of Object.entries(refused)) {
  test(`${name} does not compile, and the message says why`, () => {
    const errors = found[name] ?? [];
    assert.ok(errors.length > 0, "it compiled");
    for (const word of words) assert.match(errors.join("\n"), word);
  });
}
