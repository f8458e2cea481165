/**
 * What a score is sure of passes; the rest goes to people, one by one. Each variant is scored; below the threshold somebody
 * is asked, with a form; whom nobody answers is not called when the time is up. The people's variants hold up nothing but
 * the report, which says of each who decided it. Variants that cannot be scored are told, unless they are too many.
 *
 *     ligase run examples/threshold-to-person/workflow.ts call-genotypes --variants examples/threshold-to-person/variants.csv
 */
import {
  cond,
  copyFile,
  filter,
  format,
  ge,
  isNull,
  map,
  orElse,
  pluck,
  review,
  sheet,
  workflow,
  z,
} from "ligase";
import { Answer, Call, Score, Variant } from "./model.ts";
import { scoreVariant, writeReport } from "./tasks.ts";

/** A person's call. Whoever rejects the question, too, says that there is no call. */
const askPerson = workflow(
  { name: "ask-person", input: { variant: Variant, score: Score }, output: Call },
  ({ variant, score }) => {
    const { id, refReads, altReads } = variant;
    const { by, comment, answers } = review(score, {
      name: "genotype",
      question: format`${id}: ${refReads} times the base of the reference, ${altReads} times another. Which genotype?`,
      form: Answer,
      timeout: "2d",
    });
    const { genotype, sure } = orElse(answers, { genotype: "no call", sure: false } as const);
    const decidedBy = cond(
      isNull(by),
      () => "time-out" as const,
      () => "person" as const,
    );
    return { id, genotype, confidence: score.confidence, decidedBy, person: by, sure, comment };
  },
);

export const callGenotypes = workflow(
  {
    name: "call-genotypes",
    description: "Calls variants by their reads, and asks people where these do not tell",
    input: {
      variants: sheet(Variant).describe("One row per variant: id, refReads, altReads"),
      threshold: z.number().min(0).max(1).default(0.99).describe("Confidence that needs nobody's look"),
      output: z.string().default("results").describe("Folder for the report"),
    },
  },
  ({ variants, threshold, output }) => {
    const settled = map(
      variants,
      (variant) => {
        const score = scoreVariant({ variant });
        const { genotype, confidence } = score;
        return cond(
          ge(confidence, threshold),
          () => ({
            id: variant.id,
            genotype,
            confidence,
            decidedBy: "score" as const,
            person: null,
            sure: true,
            comment: null,
          }),
          () => askPerson({ variant, score }),
        );
      },
      { minSuccess: 0.8 },
    );
    const calls = pluck(filter(settled, { ok: true }), "value");
    const problems = map(filter(settled, { ok: false }), ({ error }) => error.message);
    return { calls, problems, report: copyFile(writeReport({ calls, problems }), format`${output}/`) };
  },
);
