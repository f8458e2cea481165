import { type Genome, reverseComplement } from "./genome.ts";
import { type QualityProfile, drawQualities, errorChance, toPhred33 } from "./quality.ts";
import type { Random } from "./random.ts";

/** One lane of a sequencing run: how many read pairs, and how good. */
export interface LanePlan {
  /** Counted from 1; part of every read's name. */
  readonly lane: number;
  readonly pairs: number;
  readonly profile: QualityProfile;
}

/** The two FASTQ texts of a lane, pair by pair in the same order. */
export interface LaneReads {
  readonly r1: string;
  readonly r2: string;
}

const readLength = 100;
const meanFragment = 300;
const fragmentSpread = 45;
/** Some fragments are shorter than a read, which then runs into the adapter on the other side. */
const shortFragments = 0.03;
const shortestFragment = 50;
/**
 * PCR copies fragments of middling GC content best. The lambda genome has one half rich in GC and one poor in it;
 * without this bias its reads have two peaks of GC content, and FastQC fails them as contaminated.
 */
const gcBias = { best: 0.5, spread: 0.07 };
/** Copies of a fragment made by PCR, for the step that marks duplicates. */
const duplicates = 0.04;
const adapters = {
  r1: "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA",
  r2: "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT",
} as const;

/** Sequences one lane: fragments from both strands of `genome`, read from both ends. */
export function sequenceLane(genome: Genome, plan: LanePlan, random: Random): LaneReads {
  const r1: string[] = [];
  const r2: string[] = [];
  let fragment = drawFragment(genome, random);
  for (let pair = 0; pair < plan.pairs; pair += 1) {
    if (random.next() >= duplicates) fragment = drawFragment(genome, random);
    const name = readName(plan.lane, random);
    r1.push(record(`${name} 1:N:0:ACGTACGT`, fragment + adapters.r1, plan.profile, random));
    r2.push(
      record(`${name} 2:N:0:ACGTACGT`, reverseComplement(fragment) + adapters.r2, plan.profile, random),
    );
  }
  return { r1: r1.join(""), r2: r2.join("") };
}

function drawFragment(genome: Genome, random: Random): string {
  let fragment = cutFragment(genome, random);
  while (random.next() > chanceToAmplify(fragment)) fragment = cutFragment(genome, random);
  return random.next() < 0.5 ? fragment : reverseComplement(fragment);
}

function cutFragment({ bases }: Genome, random: Random): string {
  const length = fragmentLength(random);
  const start = random.below(bases.length - length);
  return bases.slice(start, start + length);
}

function chanceToAmplify(fragment: string): number {
  let strong = 0;
  for (let index = 0; index < fragment.length; index += 1) {
    const base = fragment.charAt(index);
    if (base === "G" || base === "C") strong += 1;
  }
  const distance = (strong / fragment.length - gcBias.best) / gcBias.spread;
  return 1 / (1 + distance * distance);
}

function fragmentLength(random: Random): number {
  if (random.next() < shortFragments) return shortestFragment + random.below(readLength - shortestFragment);
  return Math.max(readLength, Math.round(meanFragment + fragmentSpread * random.bell()));
}

/** An Illumina name (machine, run, flow cell, lane, tile, x, y): picard and FastQC read places on the glass from it. */
function readName(lane: number, random: Random): string {
  const tile = 1101 + random.below(4);
  return `SIM01:1:FLOWCELL01:${lane}:${tile}:${1000 + random.below(30000)}:${1000 + random.below(30000)}`;
}

function record(header: string, template: string, profile: QualityProfile, random: Random): string {
  const qualities = drawQualities(readLength, profile, random);
  let bases = "";
  for (const [cycle, quality] of qualities.entries())
    bases += observed(template.charAt(cycle), quality, random);
  return `@${header}\n${bases}\n+\n${toPhred33(qualities)}\n`;
}

/** The base the machine reports. Past the end of fragment and adapter there is nothing to read but noise. */
function observed(base: string, quality: number, random: Random): string {
  if (base === "") return "ACGT".charAt(random.below(4));
  if (quality <= 2 && random.next() < 0.1) return "N";
  if (random.next() >= errorChance(quality)) return base;
  return ["A", "C", "G", "T"].filter((other) => other !== base).at(random.below(3)) ?? base;
}
