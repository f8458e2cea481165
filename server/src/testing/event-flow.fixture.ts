import { format, waitForEvent, workflow, z } from "@ligase/sdk";

export const paid = workflow({ name: "paid", input: { order: z.string() } }, ({ order }) =>
  waitForEvent({ name: "payment", key: format`order:${order}`, schema: z.object({ total: z.number() }) }),
);
