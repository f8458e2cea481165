import { z } from "ligase";

/** A place of the genome, with the reads that have the base of the reference and those that have another. */
export const Variant = z.object({ id: z.string(), refReads: z.int().min(0), altReads: z.int().min(0) });
export type Variant = z.infer<typeof Variant>;

/** How many of the two copies have the other base. */
export const Genotype = z.enum(["0/0", "0/1", "1/1"]);
export type Genotype = z.infer<typeof Genotype>;

export const Score = z.object({ genotype: Genotype, confidence: z.number() });
export type Score = z.infer<typeof Score>;

/** What a person is asked. */
export const Answer = z.object({
  genotype: z.enum([...Genotype.options, "no call"]).describe("What you see in the reads"),
  sure: z.boolean().describe("Whether it may be reported without a second experiment"),
});

/** A variant as it is decided, and who decided it: the score, a person by name, or the time-out. */
export const Call = z.object({
  id: z.string(),
  genotype: z.enum([...Genotype.options, "no call"]),
  confidence: z.number(),
  decidedBy: z.enum(["score", "person", "time-out"]),
  person: z.string().nullable(),
  sure: z.boolean(),
  comment: z.string().nullable(),
});
export type Call = z.infer<typeof Call>;
