import { z } from "ligase";

/** One tube, as the inventory of the freezers lists it: a row of a snapshot. */
export const Tube = z.object({
  tube: z.string().describe("Barcode"),
  tissue: z.enum(["blood", "saliva", "tumour"]),
  concentration: z.number().nullable().describe("DNA in ng/µl; empty where it was not measured"),
  volume: z.number().describe("What is left, in µl"),
});
export type Tube = z.infer<typeof Tube>;
