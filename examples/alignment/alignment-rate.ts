/** The share of reads that an aligner placed, in percent, by its own count. */
export interface AlignmentRate {
  readonly pairs: number;
  readonly percentAligned: number;
}

/** Reads the summary that Bowtie 2 writes to standard error. */
export function parseBowtie2(text: string): AlignmentRate {
  return {
    pairs: numberIn(text, /^(\d+) reads; of these:/m, "Bowtie 2"),
    percentAligned: numberIn(text, /^([\d.]+)% overall alignment rate/m, "Bowtie 2"),
  };
}

/** Reads the file of `hisat2 --new-summary --summary-file`. */
export function parseHisat2(text: string): AlignmentRate {
  return {
    pairs: numberIn(text, /^\s*Total pairs: (\d+)/m, "HISAT2"),
    percentAligned: numberIn(text, /^\s*Overall alignment rate: ([\d.]+)%/m, "HISAT2"),
  };
}

/** BWA writes no summary of its own: its rate is read from `samtools flagstat`, primary alignments only. */
export function parseFlagstat(text: string): AlignmentRate {
  const reads = numberIn(text, /^(\d+) \+ \d+ primary$/m, "samtools flagstat");
  const mapped = numberIn(text, /^(\d+) \+ \d+ primary mapped/m, "samtools flagstat");
  const percent = reads === 0 ? 0 : (100 * mapped) / reads;
  return { pairs: reads / 2, percentAligned: Math.round(100 * percent) / 100 };
}

function numberIn(text: string, pattern: RegExp, tool: string): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined)
    throw new Error(`This is not a report of ${tool}: it has no line like ${pattern.source}.`);
  return Number(found);
}
