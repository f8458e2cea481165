import { access, readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

/** A genome of one contig. */
export interface Genome {
  readonly contig: string;
  /** Upper-case A, C, G and T. */
  readonly bases: string;
}

const debianGenome = "/usr/share/doc/bowtie2/examples/reference/lambda_virus.fa";

/**
 * Reads the genome of phage lambda from `path`, plain or gzipped; by default from Debian's package
 * `bowtie2-examples`. The contig is renamed to `lambda`: the name in the file
 * (`gi|9626243|ref|NC_001416.1|`) is one that many viewers cannot find again.
 */
export async function readLambda(path?: string): Promise<Genome> {
  const found = path ?? (await installedGenome());
  const bytes = await readFile(found);
  const text = (found.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
  const [, ...lines] = text.split("\n");
  const bases = lines.join("").replaceAll(/\s/g, "").toUpperCase();
  if (!/^[ACGT]+$/.test(bases))
    throw new Error(`${found} is not a FASTA file of one contig of A, C, G and T.`);
  return { contig: "lambda", bases };
}

/** The genome as FASTA text, sixty bases a line. */
export function toFasta({ contig, bases }: Genome): string {
  return `>${contig}\n${bases.replaceAll(/.{1,60}/g, "$&\n")}`;
}

/** The opposite strand, read in its own direction. */
export function reverseComplement(bases: string): string {
  let opposite = "";
  for (let index = bases.length - 1; index >= 0; index -= 1)
    opposite += complements[bases.charAt(index)] ?? "N";
  return opposite;
}

const complements: Readonly<Record<string, string>> = { A: "T", C: "G", G: "C", T: "A" };

async function installedGenome(): Promise<string> {
  for (const path of [debianGenome, `${debianGenome}.gz`]) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  throw new Error(
    `No lambda genome at ${debianGenome}[.gz]. Install it with "apt-get install bowtie2-examples", ` +
      `or name a FASTA file with --genome.`,
  );
}
