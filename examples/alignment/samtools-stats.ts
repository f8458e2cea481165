/** The figures of `samtools stats` that the comparison shows. */
export interface AlignmentFigures {
  readonly reads: number;
  readonly percentProperlyPaired: number;
  readonly percentDuplicates: number;
  /** Mismatches per aligned base. */
  readonly errorRate: number;
  /** Mean distance between the outer ends of a pair, in bases. */
  readonly meanInsertSize: number;
  /** Mean number of reads over a base of the reference. */
  readonly meanDepth: number;
}

/** Reads the summary numbers (`SN` lines) of `samtools stats`; `referenceBases` is the length of the reference. */
export function parseStats(text: string, referenceBases: number): AlignmentFigures {
  const numbers = summaryNumbers(text);
  const figure = (name: string): number => {
    const value = numbers.get(name);
    if (value === undefined)
      throw new Error(`This is not a report of samtools stats: it has no line "${name}".`);
    return value;
  };
  const reads = figure("raw total sequences");
  return {
    reads,
    percentProperlyPaired: figure("percentage of properly paired reads (%)"),
    percentDuplicates: reads === 0 ? 0 : round((100 * figure("reads duplicated")) / reads, 2),
    errorRate: figure("error rate"),
    meanInsertSize: figure("insert size average"),
    meanDepth: round(figure("bases mapped (cigar)") / referenceBases, 1),
  };
}

/** Lines of the form `SN <tab> name: <tab> number <tab> # remark`. */
function summaryNumbers(text: string): ReadonlyMap<string, number> {
  const lines = text.matchAll(/^SN\t([^\t]+):\t([^\t\n]+)/gm);
  return new Map(Array.from(lines, ([, name = "", value]) => [name, Number(value)]));
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
