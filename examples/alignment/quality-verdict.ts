/** One line of a FastQC summary: what one module says of one read file. */
export interface ModuleResult {
  readonly status: "PASS" | "WARN" | "FAIL";
  readonly module: string;
  readonly file: string;
}

/** What all summaries of a run say together. */
export interface QualityVerdict {
  /** False when any module failed on any file; warnings do not count. */
  readonly passed: boolean;
  readonly warnings: number;
  /** For people: the failures by sample, file and module, or that there are none. */
  readonly message: string;
}

/** The text of FastQC's `summary.txt` files, one per read file, under the sample they belong to. */
export interface SampleSummaries {
  readonly sample: string;
  readonly summaries: readonly string[];
}

/** Reads one `summary.txt`: status, module and file name, separated by tabs. Throws on a line of another form. */
export function parseSummary(text: string): readonly ModuleResult[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [status, module, file] = line.split("\t");
      if (!isStatus(status) || module === undefined || file === undefined) {
        throw new Error(`This is not a line of a FastQC summary: "${line}".`);
      }
      return { status, module, file };
    });
}

/** Looks at every file of every sample before it decides, so that one run names everything that is wrong. */
export function judgeQuality(samples: readonly SampleSummaries[]): QualityVerdict {
  const results = samples.flatMap(({ sample, summaries }) =>
    summaries.flatMap(parseSummary).map((result) => ({ sample, ...result })),
  );
  const failures = results.filter(({ status }) => status === "FAIL");
  const warnings = results.filter(({ status }) => status === "WARN").length;
  const lines = failures.map(({ sample, file, module }) => `  ${sample}, ${file}: ${module}`);
  return {
    passed: failures.length === 0,
    warnings,
    message:
      failures.length === 0
        ? `FastQC found nothing that fails (${warnings} warnings).`
        : `FastQC failed ${failures.length} checks; these reads should not be aligned:\n${lines.join("\n")}`,
  };
}

function isStatus(text: string | undefined): text is ModuleResult["status"] {
  return text === "PASS" || text === "WARN" || text === "FAIL";
}
