import {
  after,
  approve,
  dir,
  file,
  map,
  out,
  script,
  sh,
  task,
  waitForInput,
  workflow,
  z,
} from "@ligase/sdk";

/* Workflows that the tests of the server launch. */

const double = task({ name: "double", input: { n: z.int() }, output: z.int() }, ({ n }) => n * 2);

const speak = script({
  name: "speak",
  input: { word: z.string() },
  output: { said: out.stdout() },
  command: ({ word }) => sh`echo ${word}; echo "to the log" >&2`,
});

export const checked = workflow({ name: "checked", input: { n: z.int().default(1) } }, ({ n }) =>
  double({ n: approve(n, { name: "quality", question: "Good enough?" }) }),
);

export const straight = workflow({ name: "straight", input: { n: z.int() } }, ({ n }) => double({ n }));

export const spoken = workflow(
  { name: "spoken", input: { word: z.string() } },
  ({ word }) => speak({ word }).said,
);

const refuse = task({ name: "refuse", input: {}, output: z.int() }, () => {
  throw new Error("no");
});
export const failing = workflow({ name: "failing" }, () => refuse({}));

export const shown = workflow({ name: "shown", input: { page: file() } }, ({ page }) =>
  approve(1, { name: "look", show: [page] }),
);

export const folder = workflow({ name: "folder", input: { report: dir() } }, ({ report }) =>
  approve(1, { name: "look", show: [report] }),
);

const Plan = z.object({ lanes: z.array(z.int()), note: z.string().optional() });
export const planned = workflow({ name: "planned" }, () => waitForInput(Plan, { name: "plan" }));

export const careful = workflow({ name: "careful", input: { n: z.int().default(1) } }, ({ n }) =>
  approve(n, { name: "four-eyes", notLauncher: true, requireComment: true, quorum: 2 }),
);

export const stepwise = workflow({ name: "stepwise" }, () =>
  after(approve(1, { name: "first" }), () => waitForInput(z.int(), { name: "second" })),
);

export const lanes = workflow({ name: "lanes", input: { ids: z.array(z.string()) } }, ({ ids }) =>
  map(ids, (id) => approve(id, { name: "lane" })),
);
