import type { Random } from "./random.ts";

/** How the qualities of a sequencing run look. Values are on the Phred scale. */
export interface QualityProfile {
  /** Mean quality of the first and of the last base of a read; in between it falls ever faster. */
  readonly first: number;
  readonly last: number;
  /** Part of the reads whose tail is worthless from some base on. */
  readonly badTails: number;
}

/** A run as a sequencing centre would deliver it. */
export const goodRun: QualityProfile = { first: 37, last: 31, badTails: 0.05 };

/** A run in which the chemistry gave out after some thirty bases. */
export const failedRun: QualityProfile = { first: 30, last: 3, badTails: 0.5 };

const lowest = 2;
const highest = 40;

/** Draws the qualities of one read. They vary, for FastQC takes reads of high qualities only for Phred+64. */
export function drawQualities(length: number, profile: QualityProfile, random: Random): readonly number[] {
  const tail = random.next() < profile.badTails ? Math.floor(length * (0.4 + 0.6 * random.next())) : length;
  const readOffset = 1.5 * random.bell();
  let drift = 0;
  return Array.from({ length }, (_, cycle) => {
    if (cycle >= tail) return lowest + random.below(8);
    drift = 0.7 * drift + 1.6 * random.bell();
    return clamp(Math.round(meanAt(cycle / length, profile) + readOffset + drift));
  });
}

/** The chance that a base of this quality was read wrongly. */
export function errorChance(quality: number): number {
  return chances[quality] ?? 1;
}

/** The qualities as FASTQ writes them, offset 33. */
export function toPhred33(qualities: readonly number[]): string {
  return String.fromCharCode(...qualities.map((quality) => quality + 33));
}

const chances = Array.from({ length: highest + 1 }, (_, quality) => 10 ** (-quality / 10));

function meanAt(progress: number, { first, last }: QualityProfile): number {
  return first - (first - last) * progress * progress;
}

function clamp(quality: number): number {
  return Math.min(highest, Math.max(lowest, quality));
}
