import { task, workflow, z } from "ligase";

const one = task({ name: "one", output: z.number(), light: true }, () => 1);

/** The least that is a run. */
export const trivial = workflow({ name: "trivial" }, () => one({}));
