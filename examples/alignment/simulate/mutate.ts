import type { Genome } from "./genome.ts";
import type { Random } from "./random.ts";

/** One difference between a sample and the reference, in the words of VCF. */
export interface Mutation {
  /** Counted from 1. */
  readonly position: number;
  readonly reference: string;
  readonly alternative: string;
}

/** How many mutations of each kind a sample gets. */
export interface MutationCounts {
  readonly snvs: number;
  readonly insertions: number;
  readonly deletions: number;
}

type Kind = "snv" | "insertion" | "deletion";

// Far from the ends, where no read reaches, and far from each other, so that each can be called on its own.
const edge = 400;
const spacing = 150;
const longestIndel = 4;

/** Draws the mutations of one sample, sorted by position, none near another or near an end. */
export function drawMutations(genome: Genome, counts: MutationCounts, random: Random): readonly Mutation[] {
  const kinds: readonly Kind[] = [
    ...Array<Kind>(counts.snvs).fill("snv"),
    ...Array<Kind>(counts.insertions).fill("insertion"),
    ...Array<Kind>(counts.deletions).fill("deletion"),
  ];
  const drawn: Mutation[] = [];
  for (const kind of kinds) {
    let mutation = draw(kind, genome, random);
    while (canMoveLeft(mutation) || isCrowded(mutation, drawn)) mutation = draw(kind, genome, random);
    drawn.push(mutation);
  }
  return drawn.toSorted((a, b) => a.position - b.position);
}

/** The sample's own genome: the reference with its mutations in place. */
export function applyMutations(genome: Genome, mutations: readonly Mutation[]): Genome {
  const parts: string[] = [];
  let done = 0;
  for (const { position, reference, alternative } of mutations) {
    parts.push(genome.bases.slice(done, position - 1), alternative);
    done = position - 1 + reference.length;
  }
  return { contig: genome.contig, bases: [...parts, genome.bases.slice(done)].join("") };
}

/** The mutations as a small VCF file that `bcftools` reads. */
export function toVcf({ contig, bases }: Genome, sample: string, mutations: readonly Mutation[]): string {
  const header = [
    "##fileformat=VCFv4.2",
    `##contig=<ID=${contig},length=${bases.length}>`,
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample].join("\t"),
  ];
  const rows = mutations.map(({ position, reference, alternative }) =>
    [contig, position, ".", reference, alternative, ".", "PASS", ".", "GT", "1"].join("\t"),
  );
  return `${[...header, ...rows].join("\n")}\n`;
}

function draw(kind: Kind, { bases }: Genome, random: Random): Mutation {
  const position = edge + random.below(bases.length - 2 * edge);
  const reference = bases.slice(position - 1, position);
  if (kind === "snv") return { position, reference, alternative: otherBase(reference, random) };
  const length = 1 + random.below(longestIndel);
  if (kind === "insertion") {
    return { position, reference, alternative: reference + insertedBases(length, reference, random) };
  }
  return { position, reference: bases.slice(position - 1, position + length), alternative: reference };
}

/**
 * An indel whose last base equals the base before it could be written one base further left as well.
 * Such draws are thrown away, so that the truth has one spelling: the one callers give.
 */
function canMoveLeft({ reference, alternative }: Mutation): boolean {
  const longer = reference.length > alternative.length ? reference : alternative;
  return longer.length > 1 && longer.at(-1) === longer.at(0);
}

function isCrowded({ position }: Mutation, drawn: readonly Mutation[]): boolean {
  return drawn.some((other) => Math.abs(other.position - position) < spacing);
}

function insertedBases(length: number, anchor: string, random: Random): string {
  const bases = Array.from({ length: length - 1 }, () => "ACGT".charAt(random.below(4)));
  return [...bases, otherBase(anchor, random)].join("");
}

function otherBase(base: string, random: Random): string {
  return ["A", "C", "G", "T"].filter((other) => other !== base).at(random.below(3)) ?? base;
}
