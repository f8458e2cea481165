import { format, map, out, range, script, sh, workflow, z } from "ligase";

const width = z.number();

/** A script that does nothing: one process, the shell's. */
const nothing = script({
  name: "nothing",
  input: { x: z.number() },
  output: {},
  command: () => sh`true`,
});

/** A script that starts a program that does nothing: two processes. */
const startProgram = script({
  name: "start-program",
  input: { x: z.number() },
  output: {},
  command: ({ x }) => sh`/bin/true ${x}`,
});

export const nothings = workflow({ name: "nothings", input: { width } }, ({ width: count }) =>
  map(range(count), (x) => nothing({ x })),
);

export const startPrograms = workflow({ name: "start-programs", input: { width } }, ({ width: count }) =>
  map(range(count), (x) => startProgram({ x })),
);

const echo = script({
  name: "echo",
  input: { x: z.number() },
  output: out.stdout(),
  command: ({ x }) => sh`echo ${x}`,
});

export const echoes = workflow({ name: "echoes", input: { width } }, ({ width: count }) =>
  map(range(count), (x) => echo({ x })),
);

/** Leaves a file where the user finds it, under `out` in the folder of the run. */
const write = script({
  name: "write",
  input: { x: z.number() },
  output: ({ x }) => out.file(format`${x}.txt`, { publish: "out/" }),
  command: ({ x }, file) => sh`echo ${x} > ${file}`,
});

export const files = workflow({ name: "files", input: { width } }, ({ width: count }) =>
  map(range(count), (x) => write({ x })),
);
