import type { Genotype, Score, Variant } from "./model.ts";

/** Share of reads with another base, by genotype; one read in a hundred is wrong. */
const altShares: readonly (readonly [Genotype, number])[] = [
  ["0/0", 0.01],
  ["0/1", 0.5],
  ["1/1", 0.99],
];

/** The genotype that explains the reads best, with its probability when all three are as likely before. */
export function scoreReads({ id, refReads, altReads }: Variant): Score {
  if (refReads + altReads === 0) throw new Error(`${id} has no reads`);
  const likelihoods = altShares.map(([genotype, share]) => ({
    genotype,
    likelihood: share ** altReads * (1 - share) ** refReads,
  }));
  const total = likelihoods.reduce((sum, { likelihood }) => sum + likelihood, 0);
  const best = likelihoods.reduce((a, b) => (b.likelihood > a.likelihood ? b : a));
  return { genotype: best.genotype, confidence: Math.round(1e4 * (best.likelihood / total)) / 1e4 };
}
