import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  add,
  approve,
  dir,
  File,
  file,
  format,
  map,
  out,
  script,
  sh,
  sum,
  task,
  workflow,
  z,
} from "@ligase/sdk";
import { labelOf, type Named } from "./label.ts";

/*
 * The tasks of the workflows that are killed; copied into each scratch project. Every body appends one line to the file
 * of `KILL_LOG`, in one write: which call it was, and which attempt. What a task is worth stands in graph.ts.
 */

const number = z.number();
const sized = { n: number, size: number };
const of = z.string();

function ran(name: string, args: Named, attempt = 1): void {
  appendFileSync(process.env["KILL_LOG"] ?? "", `${labelOf(name, args)} #${attempt}\n`);
}

export const light = task(
  { name: "light", input: { n: number }, output: number, light: true },
  ({ n }, { attempt }) => {
    ran("light", { n }, attempt);
    return n + 1;
  },
);
export const pooled = task({ name: "pooled", input: { n: number }, output: number }, ({ n }, { attempt }) => {
  ran("pooled", { n }, attempt);
  return (2 * n) % 1009;
});
/** Fails the first time, in the pool. */
export const flaky = task(
  { name: "flaky", input: { n: number }, output: number, retries: { count: 3, backoff: "1ms" } },
  ({ n }, { attempt }) => {
    ran("flaky", { n }, attempt);
    if (attempt === 1) throw new Error("the first time it fails");
    return n + 3;
  },
);
export const risky = task(
  { name: "risky", input: { n: number }, output: number, light: true },
  ({ n }, { attempt }) => {
    ran("risky", { n }, attempt);
    if (n % 2 !== 0) throw new Error(`odd ${n}`);
    return n;
  },
);
export const fresh = task(
  { name: "fresh", input: { n: number }, output: number, light: true, cache: false },
  ({ n }, { attempt }) => {
    ran("fresh", { n }, attempt);
    return n + 5;
  },
);
/** Computes for a while; when the process that started its own is gone it would go on for ever. */
export const busy = task({ name: "busy", input: { n: number }, output: number }, ({ n }, { attempt }) => {
  const parent = process.ppid;
  ran("busy", { n }, attempt);
  const until = performance.now() + 60;
  while (performance.now() < until || process.ppid !== parent);
  return n + 7;
});
/** Its value is an expression. */
export const dynamic = task({ name: "dynamic", input: { n: number } }, ({ n }, { attempt }) => {
  ran("dynamic", { n }, attempt);
  return sum(map([n, n + 1], (item) => light({ n: pooled({ n: item }) })));
});
/** Its value is an expression with a gate in it. */
export const asking = task({ name: "asking", input: { n: number, of }, light: true }, (args, { attempt }) => {
  ran("asking", args, attempt);
  return approve(light({ n: args.n }), { name: args.of });
});
export const nested = workflow({ name: "nested", input: { n: number } }, ({ n }) => {
  const made = write({ n, size: 100 });
  return add(light({ n }), read({ f: made, n, size: 100, of: "write" }));
});

/** The first word of a file is the number; it is filled up to its size, so that a part of it is seen to be one. */
export const write = script({
  name: "write",
  input: sized,
  output: out.file("made.txt"),
  command: ({ n, size }, to) => sh`
    echo "write ${n} ${size} #$LIGASE_ATTEMPT" >> "$KILL_LOG"
    echo ${n} > ${to}; printf '%*s' ${size} '' | tr ' ' x >> ${to}`,
});
export const published = script({
  name: "published",
  input: sized,
  output: ({ n, size }) => out.file("made.txt", { publish: format`published/${n}-${size}.txt` }),
  command: ({ n, size }, to) => sh`
    echo "published ${n} ${size} #$LIGASE_ATTEMPT" >> "$KILL_LOG"
    echo ${n} > ${to}; printf '%*s' ${size} '' | tr ' ' x >> ${to}`,
});
export const folder = script({
  name: "folder",
  input: sized,
  output: out.dir("made"),
  command: ({ n, size }, to) => sh`
    echo "folder ${n} ${size} #$LIGASE_ATTEMPT" >> "$KILL_LOG"
    mkdir -p ${to}/below
    echo ${n} > ${to}/number; printf '%*s' ${size} '' | tr ' ' x > ${to}/below/filling`,
});
export const made = task({ name: "made", input: sized, output: file() }, ({ n, size }, ctx) => {
  ran("made", { n, size }, ctx.attempt);
  writeFileSync(join(ctx.folder, "made.txt"), `${n}\n${"x".repeat(size)}`);
  return File.at(join(ctx.folder, "made.txt"));
});
/** A value too large for a row. */
export const text = task(
  { name: "text", input: sized, output: z.string(), light: true },
  ({ n, size }, { attempt }) => {
    ran("text", { n, size }, attempt);
    return `${n}\n${"y".repeat(size)}`;
  },
);

export const read = script({
  name: "read",
  input: { f: file(), ...sized, of },
  output: out.json(number),
  command: ({ f, n, size, of: maker }) => sh`
    echo "read ${n} ${size} ${maker} #$LIGASE_ATTEMPT" >> "$KILL_LOG"
    head -n 1 ${f}`,
});
/** The number, when the file is whole. */
export const whole = task(
  { name: "whole", input: { f: file(), ...sized, of }, output: number, light: true },
  ({ f, n, size, of: maker }, { attempt }) => {
    ran("whole", { n, size, of: maker }, attempt);
    return wholeNumber(readFileSync(fileURLToPath(f.uri), "utf8"), size);
  },
);
export const readFolder = script({
  name: "read-folder",
  input: { d: dir(), ...sized },
  output: out.json(number),
  command: ({ d, n, size }) => sh`
    echo "read-folder ${n} ${size} #$LIGASE_ATTEMPT" >> "$KILL_LOG"
    cat ${d}/number`,
});
export const readText = task(
  { name: "read-text", input: { t: z.string(), ...sized }, output: number, light: true },
  ({ t, n, size }, { attempt }) => {
    ran("read-text", { n, size }, attempt);
    return wholeNumber(t, size);
  },
);

function wholeNumber(content: string, size: number): number {
  const [first = "", filling = ""] = content.split("\n");
  return filling.length === size ? Number(first) : -1;
}
