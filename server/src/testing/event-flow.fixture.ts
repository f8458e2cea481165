import { file, format, onEvents, task, trigger, waitForEvent, workflow, z } from "@ligase/sdk";

export const paid = workflow({ name: "paid", input: { order: z.string() } }, ({ order }) =>
  waitForEvent({ name: "payment", key: format`order:${order}`, schema: z.object({ total: z.number() }) }),
);

export const arrived = workflow({ name: "arrived" }, () =>
  waitForEvent({ name: "sheet", key: "arrived", schema: file(".csv") }),
);

const total = task(
  { name: "total", input: { total: z.number() }, output: z.number(), light: true },
  (given) => given.total,
);

trigger({
  name: "invoice",
  on: onEvents({ keyPrefix: "invoice:" }),
  payload: z.object({ total: z.number() }),
  launch: total,
  input: ({ payload }) => ({ total: payload.total }),
});
