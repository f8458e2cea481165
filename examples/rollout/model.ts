import { z } from "ligase";

/** A cell under the microscope of a site, and what the pathologist says. */
export const Cell = z.object({
  site: z.int().min(1),
  area: z.number().describe("Of the nucleus, in µm²"),
  roughness: z.number().describe("Of its texture, without unit"),
  isMalignant: z.boolean(),
});
export type Cell = z.infer<typeof Cell>;

/** A logistic regression on both measurements. */
export const Model = z.object({
  bias: z.number(),
  weights: z.tuple([z.number(), z.number()]),
  /** What a measurement is less its mean, in standard deviations, goes into the model. */
  means: z.tuple([z.number(), z.number()]),
  deviations: z.tuple([z.number(), z.number()]),
});
export type Model = z.infer<typeof Model>;

/** What was measured after a step of the roll-out. */
export const Feedback = z.object({
  percent: z.int().describe("Of the sites that the model serves"),
  cells: z.int(),
  errorRate: z.number(),
  isGood: z.boolean(),
});
export type Feedback = z.infer<typeof Feedback>;
