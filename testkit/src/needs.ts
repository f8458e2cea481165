import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { postgresPrograms } from "./postgres.ts";

/** Each tool that tests may need: the Debian package that has it, and how to see that it is there. */
const TOOLS = {
  bcftools: { debian: "bcftools", found: onPath("bcftools") },
  bgzip: { debian: "tabix", found: onPath("bgzip") },
  bowtie2: { debian: "bowtie2", found: onPath("bowtie2") },
  "bowtie2-examples": {
    debian: "bowtie2-examples",
    found: () => canRead("/usr/share/doc/bowtie2/examples/reads/reads_1.fq.gz"),
  },
  bwa: { debian: "bwa", found: onPath("bwa") },
  curl: { debian: "curl", found: onPath("curl") },
  cutadapt: { debian: "cutadapt", found: onPath("cutadapt") },
  dwgsim: { debian: "dwgsim", found: onPath("dwgsim") },
  fastp: { debian: "fastp", found: onPath("fastp") },
  fastqc: { debian: "fastqc", found: onPath("fastqc") },
  hisat2: { debian: "hisat2", found: onPath("hisat2") },
  multiqc: { debian: "multiqc", found: onPath("multiqc") },
  postgres: { debian: "postgresql", found: () => postgresPrograms() !== undefined },
  python3: { debian: "python3", found: onPath("python3") },
  picard: { debian: "picard-tools", found: onPath("PicardCommandLine") },
  samtools: { debian: "samtools", found: onPath("samtools") },
  seqtk: { debian: "seqtk", found: onPath("seqtk") },
  strace: { debian: "strace", found: onPath("strace") },
  tabix: { debian: "tabix", found: onPath("tabix") },
} as const satisfies Record<string, { readonly debian: string; readonly found: () => boolean }>;

/** A tool that `needs` knows. */
export type Tool = keyof typeof TOOLS;

/**
 * The options of a test or suite that needs tools of the machine: it is skipped where one is missing, with
 * the reason and the remedy. `npm test` gathers these reasons, and under `CI=true` fails on them.
 */
export function needs(...tools: readonly Tool[]): { readonly skip: string | false } {
  const missing = tools.filter((tool) => !TOOLS[tool].found());
  if (missing.length === 0) return { skip: false };
  const verb = missing.length === 1 ? "is" : "are";
  return {
    skip: `${missing.join(", ")} ${verb} missing: apt-get install ${debianPackages(missing).join(" ")}`,
  };
}

/** The Debian packages that hold these tools, sorted, each once. */
export function debianPackages(tools: readonly Tool[]): readonly string[] {
  return [...new Set(tools.map((tool) => TOOLS[tool].debian))].toSorted();
}

/** Whether `name` is a tool that `needs` knows. */
export function isTool(name: string): name is Tool {
  return Object.hasOwn(TOOLS, name);
}

function onPath(program: string): () => boolean {
  return () =>
    (process.env["PATH"] ?? "")
      .split(delimiter)
      .some((folder) => canAccess(join(folder, program), constants.X_OK));
}

function canRead(path: string): boolean {
  return canAccess(path, constants.R_OK);
}

function canAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
