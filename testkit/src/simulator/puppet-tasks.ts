import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { add, approve, file, File, out, script, sh, task, z } from "@ligase/sdk";
import type { AttemptContext } from "@ligase/sdk/internal";
import type { Arg, GateOptions, JobContext, Lazy } from "@ligase/sdk";
import type { SimulatedDisk } from "./simulated-files.ts";

/*
 * The tasks of simulated runs. What they are worth is a pure function of their arguments, which reference.ts repeats in
 * plain arithmetic; the attempts that fail are a function of the attempt.
 */

const number = z.number();
const version = "1";
const light = { light: true, version } as const;
const one = { input: { x: number }, output: number };

/** The disk that bodies of the present simulation read and write. */
export const present: { disk: SimulatedDisk | null } = { disk: null };

const disk = (): SimulatedDisk => present.disk as SimulatedDisk;
/** Asking the context for its folder would make one on the host. */
const folderOf = (context: JobContext): string => (context as AttemptContext).spec.folder;
const textOf = ({ uri }: File): string => disk().read(fileURLToPath(uri)) ?? "gone";

/** Numbers are kept small, so that equal calls are frequent. */
export const SMALL = 23;
export const small = (x: number): number => ((x % SMALL) + SMALL) % SMALL;

export const TEXT_LENGTH = 17_000;

/** Calls itself in an expression. */
const down: (args: { readonly x: Arg<number> }) => Lazy<number> = task(
  { name: "sim.down", input: { x: number }, ...light },
  ({ x }) => (x <= 0 ? 0 : add(1, down({ x: x - 1 }))) as never,
) as never;

const increment = task({ name: "sim.light", ...one, ...light }, ({ x }) => small(x + 1));
const pooled = task({ name: "sim.pooled", ...one, version }, ({ x }) => small(3 * x + 1));

export const tasks = {
  light: increment,
  pooled,
  pair: task({ name: "sim.pair", input: { a: number, b: number }, output: number, version }, ({ a, b }) =>
    small(2 * a + b),
  ),
  defaulted: task(
    { name: "sim.defaulted", input: { x: number, y: number.default(4) }, output: number, version },
    ({ x, y }) => small(x * 10 + y),
  ),
  /** Fails at first, never for good. */
  flaky: task(
    { name: "sim.flaky", ...one, version, retries: { count: 2, backoff: "10ms" } },
    ({ x }, { attempt }) => {
      if (attempt <= small(x) % 3) throw new Error("not yet");
      return small(x + 2);
    },
  ),
  /** Fails for good now and then, after a second attempt. */
  brittle: task({ name: "sim.brittle", ...one, version, retries: { count: 1, backoff: "10ms" } }, ({ x }) => {
    if (x % 4 === 3) throw new Error(`brittle ${x}`);
    return small(x + 3);
  }),
  risky: task({ name: "sim.risky", ...one, ...light }, ({ x }) => {
    if (x % 2 !== 0) throw new Error(`odd ${x}`);
    return x;
  }),
  fresh: task({ name: "sim.fresh", ...one, version, cache: false }, ({ x }) => small(x + 5)),
  licensed: task({ name: "sim.licensed", ...one, version, limits: ["license"] }, ({ x }) => small(x + 6)),
  heavy: task({ name: "sim.heavy", ...one, version, resources: { cpu: 2, memory: "1 GiB" } }, ({ x }) =>
    small(x + 7),
  ),
  /** Its executor lets it fail until it has the memory that it needs. */
  hungry: task(
    {
      name: "sim.hungry",
      ...one,
      version,
      resources: { memory: "256 MiB" },
      retries: { count: 3, backoff: "10ms" },
    },
    ({ x }) => small(x + 8),
  ),
  /** Its value is an expression. */
  dynamic: task({ name: "sim.dynamic", input: { x: number }, version }, ({ x }) =>
    add(increment({ x }), pooled({ x: x + 1 })),
  ),
  down,
  list: task({ name: "sim.list", input: { x: number }, output: z.array(number), ...light }, ({ x }) =>
    Array.from({ length: small(x) % 4 }, (_, index) => small(x + index)),
  ),
  asking: task({ name: "sim.asking", input: { x: number, options: z.any() }, ...light }, ({ x, options }) =>
    approve(increment({ x }), { ...(options as GateOptions), question: String(x) }),
  ),
  make: task({ name: "sim.make", input: { x: number }, output: file(), version }, ({ x }, context) => {
    const path = join(folderOf(context), "made.txt");
    disk().write(path, String(x));
    return File.at(path);
  }),
  read: task({ name: "sim.read", input: { f: file() }, output: number, version }, ({ f }) =>
    Number(textOf(f)),
  ),
  print: script({
    name: "sim.print",
    version,
    input: { x: number },
    output: out.file("printed.txt"),
    command: ({ x }, to) => sh`print ${x} ${to}`,
  }),
  scan: script({
    name: "sim.scan",
    version,
    input: { f: file() },
    output: out.json(number),
    command: ({ f }) => sh`scan ${f}`,
  }),
  /** A value too large for a row. */
  text: task({ name: "sim.text", input: { x: number }, output: z.string(), ...light }, ({ x }) =>
    `${x} `.padEnd(TEXT_LENGTH, "y"),
  ),
  readText: task(
    { name: "sim.read-text", input: { text: z.string() }, output: number, version },
    ({ text }) => (text.length === TEXT_LENGTH ? Number(text.split(" ")[0]) : -1),
  ),
  /** Work of a map of which only so many run at a time. */
  tagged: task(
    { name: "sim.tagged", input: { x: number, tag: z.string() }, output: number, version },
    ({ x }) => small(x + 9),
  ),
};

/** Memory that `hungry` needs. */
export const hungryBytes = (x: number): number => 2 ** (28 + (small(x) % 3));
