import {
  add,
  after,
  all,
  apply,
  approve,
  catchError,
  cond,
  copyFile,
  download,
  eq,
  file,
  filter,
  format,
  groupBy,
  gt,
  joinBy,
  lambda,
  map,
  mul,
  out,
  partial,
  pluck,
  reduce,
  script,
  settle,
  sh,
  shell,
  sub,
  sum,
  task,
  taskType,
  workflow,
  z,
  zip,
  type File,
  type JobError,
  type Lazy,
} from "@ligase/sdk";

/* What users write and what its types must be: this module has to compile. It is never run. */

/** Equal types, or a compile error. */
declare function same<A, B>(
  ...proof: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]
): void;
declare function of<T>(value: Lazy<T>): T;

const Sample = z.object({
  id: z.string(),
  patient: z.string(),
  status: z.enum(["tumor", "normal"]),
  bam: file(".bam"),
});
type Sample = z.output<typeof Sample>;

const inc = task(
  { name: "inc", input: { x: z.number(), by: z.number().default(1) }, output: z.number() },
  ({ x, by }) => x + by,
);
const info = task({ name: "info", input: { sample: Sample } }, async ({ sample }) => ({
  id: sample.id,
  notes: [sample.status],
  extra: null,
}));
const align = script({
  name: "align",
  input: { sample: Sample, fast: z.boolean().optional() },
  output: {
    bam: out.file("a.bam"),
    bai: out.file("a.bai", { optional: true }),
    stats: out.json(z.object({ n: z.number() })),
    log: out.stdout(),
  },
  resources: ({ sample }, previous) => ({ cpu: 2, memory: mul(sample.bam.size, add(previous.attempt, 1)) }),
  tools: ["bwa"],
  command: ({ sample }, o) => sh`x ${sample.bam} > ${o.bam}`,
});

export const calls = workflow(
  { name: "calls", input: { samples: z.array(Sample), n: z.number() } },
  ({ samples, n }) => {
    inc({ x: 1 });
    inc({ x: n, by: inc({ x: n }) });
    const aligned = map(samples, (sample) => align({ sample }));
    const type = of(aligned)[0];
    same<typeof type, { bam: File; bai: File | null; stats: { n: number }; log: string } | undefined>();
    const first = of(all([inc({ x: 1 }), info({ sample: samples[0] as Lazy<Sample> })]));
    same<(typeof first)[0], number>();
    same<(typeof first)[1], { id: string; notes: ("tumor" | "normal")[]; extra: null }>();
    return { aligned, total: sum(map(aligned, (one) => one.stats.n)), bai: aligned[0]?.bai };
  },
);
export const value: Lazy<{
  aligned: { bam: File; bai: File | null; stats: { n: number }; log: string }[];
  total: number;
}> = calls({ samples: [], n: 1 });

export const flow = workflow(
  { name: "flow", input: { n: z.number(), files: z.array(file()) } },
  ({ n, files }) => {
    const either = of(
      cond(
        gt(n, 1),
        () => format`${n}`,
        () => 2,
      ),
    );
    same<typeof either, string | 2>();
    // Literals stay what they are: no `as const` in a branch.
    const level = of(
      cond(
        gt(n, 1),
        () => "high",
        () => ({ kind: "low", parts: [n, "x"] }),
      ),
    );
    same<typeof level, "high" | { kind: "low"; parts: [number, "x"] }>();
    const [first] = of(map(files, (one) => ({ kind: "file", name: one.name })));
    same<typeof first, { kind: "file"; name: string } | undefined>();
    const handled = of(
      catchError(() => inc({ x: n }), { user: (error) => error.message, expired: () => null }),
    );
    same<typeof handled, number | string | null>();
    const settled = settle(map(files, (one) => copyFile(one, "there/")));
    const [there, gone] = [of(filter(settled, { ok: true })), of(filter(settled, { ok: false }))];
    same<(typeof there)[number]["value"], File>();
    same<(typeof gone)[number]["error"], JobError>();
    const undecided = of(filter(settled, { ok: gt(n, 1) }));
    same<(typeof undecided)[number]["value"], File | null>();
    const approved = approve(settled, { name: "ok", timeout: "2h" });
    const folded = of(reduce([1, 2], 0, (before, item) => add(before, item)));
    same<typeof folded, number>();
    return after(approved, () =>
      map(zip(files, files), (pair) => ({
        left: pair[0],
        right: pair[1],
        message: settled[0]?.error.message,
      })),
    );
  },
);

export const rows = workflow({ name: "rows", input: { samples: z.array(Sample) } }, ({ samples }) => {
  const pairs = joinBy(
    filter(samples, { status: "tumor" }),
    pluck(groupBy(samples, "patient"), "rows")[0] as Lazy<Sample[]>,
    "patient",
  );
  return map(pairs, (pair) => eq(pair.id, pair.patient));
});

export const countdown = workflow(
  { name: "countdown", input: { n: z.number() }, output: z.number() },
  ({ n }): Lazy<number> =>
    cond(
      gt(n, 0),
      () => countdown({ n: sub(n, 1) }),
      () => n,
    ),
);

const X = z.object({ x: z.number() });
export const twice = task(
  { name: "twice", input: { f: taskType({ input: X, output: z.number() }) }, output: z.number() },
  ({ f }) => f({ x: f({ x: 1 }) }),
);
export const values = workflow(
  { name: "values", input: { f: taskType({ input: X, output: z.number() }) } },
  ({ f }) => {
    const later = lambda((x: Lazy<number>) => add(x, 1));
    const bound = partial(inc, { by: 2 });
    const result = of(bound({ x: 1 }));
    same<typeof result, number>();
    return [twice({ f: inc }), twice({ f }), f({ x: 1 }), apply(f, { x: 1 }), later(1), bound({ x: 2 })];
  },
);

export const oneOff = task({ name: "one-off", input: { files: z.array(file()) } }, ({ files }) =>
  shell({
    input: { files },
    command: (input, o) => sh`cat ${input.files} > ${o.all}`,
    output: { all: out.file("all.txt"), n: out.json(z.number()) },
    env: { A: "1" },
  }),
);
export const made: Lazy<{ all: File; n: number }> = oneOff({ files: [] });
export const fetched: Lazy<File> = download("https://example.org/a.fa", {
  sha256: "0".repeat(64),
  retries: 2,
});
export const placed = inc.with({
  resources: { cpu: 2, memory: "2 GiB" },
  timeout: "1h",
  retries: { count: 2, on: ["resource"] },
  limits: { license: 1 },
})({ x: 1 });
