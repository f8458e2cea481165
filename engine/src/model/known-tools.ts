/** Where a tool comes from when its package has another name: on Debian, and in the conda channels. */
interface Packages {
  readonly debian?: string;
  readonly conda?: string;
}

const PACKAGES: Readonly<Record<string, Packages>> = {
  STAR: { debian: "rna-star", conda: "star" },
  Rscript: { debian: "r-base-core", conda: "r-base" },
  PicardCommandLine: { debian: "picard-tools" },
  bcftools: both("bcftools"),
  bedtools: both("bedtools"),
  bgzip: { debian: "tabix", conda: "htslib" },
  blastn: { debian: "ncbi-blast+", conda: "blast" },
  blastp: { debian: "ncbi-blast+", conda: "blast" },
  bowtie2: both("bowtie2"),
  "bowtie2-build": both("bowtie2"),
  bwa: both("bwa"),
  clustalo: { debian: "clustalo", conda: "clustalo" },
  curl: both("curl"),
  cutadapt: both("cutadapt"),
  fastp: both("fastp"),
  fastqc: both("fastqc"),
  featureCounts: both("subread"),
  freebayes: both("freebayes"),
  gatk: { conda: "gatk4" },
  hisat2: both("hisat2"),
  "hisat2-build": both("hisat2"),
  hmmsearch: both("hmmer"),
  iqtree2: both("iqtree"),
  java: { debian: "default-jre-headless", conda: "openjdk" },
  jq: both("jq"),
  kallisto: both("kallisto"),
  kraken2: both("kraken2"),
  macs2: { debian: "macs", conda: "macs2" },
  mafft: both("mafft"),
  makeblastdb: { debian: "ncbi-blast+", conda: "blast" },
  minimap2: both("minimap2"),
  multiqc: both("multiqc"),
  muscle: both("muscle"),
  parallel: both("parallel"),
  picard: { debian: "picard-tools", conda: "picard" },
  pigz: both("pigz"),
  plink: { conda: "plink" },
  prodigal: both("prodigal"),
  prokka: both("prokka"),
  python3: { debian: "python3", conda: "python" },
  quast: { conda: "quast" },
  salmon: both("salmon"),
  samtools: both("samtools"),
  seqkit: both("seqkit"),
  seqtk: both("seqtk"),
  snpEff: { debian: "snpeff", conda: "snpeff" },
  "spades.py": both("spades"),
  tabix: { debian: "tabix", conda: "htslib" },
  trimmomatic: both("trimmomatic"),
  vcftools: both("vcftools"),
  wget: both("wget"),
};

function both(name: string): Packages {
  return { debian: name, conda: name };
}

/** How to install tools that bioinformatics knows, with one command each for Debian and conda; null when it knows none. */
export function howToInstall(tools: readonly string[]): string | null {
  const ways = [
    command("apt-get install", tools, "debian"),
    command("conda install -c conda-forge -c bioconda", tools, "conda"),
  ].filter((way) => way !== null);
  if (ways.length === 0) return null;
  const unknown = tools.filter((tool) => packagesOf(tool) === undefined);
  const rest = unknown.length === 0 ? "" : ` Of ${unknown.join(", ")} no package is known.`;
  return `Install ${tools.length === 1 ? "it" : "them"}: ${ways.join(", or ")}.${rest}`;
}

/** One command for all tools that have a package there; known ones that have none are named. */
function command(start: string, tools: readonly string[], channel: keyof Packages): string | null {
  const packages = tools.flatMap((tool) => packagesOf(tool)?.[channel] ?? []);
  if (packages.length === 0) return null;
  const without = tools.filter((tool) => {
    const known = packagesOf(tool);
    return known !== undefined && known[channel] === undefined;
  });
  const lacking = without.length === 0 ? "" : ` (without ${without.join(", ")})`;
  return `${start} ${[...new Set(packages)].join(" ")}${lacking}`;
}

const packagesOf = (tool: string): Packages | undefined =>
  Object.hasOwn(PACKAGES, tool) ? PACKAGES[tool] : undefined;

/** The tool that a shell or `env` says it did not find, null when the text says nothing of the kind. */
export function missingTool(stderr: string): string | null {
  const found =
    /: line \d+: (.+): (?:command not found|No such file or directory)$|^\S*env: [‘'"]?([^\n’'"]+)[’'"]?: No such file or directory$/m;
  const match = found.exec(stderr);
  return match?.[1] ?? match?.[2] ?? null;
}
