/**
 * Alignment with a person in the loop: read files are checked, trimmed and reported on; somebody looks at the report;
 * then every sample is aligned with three aligners, its variants are called, and the aligners are compared.
 *
 *     node examples/alignment/make-data.ts --out data
 *     ligase run examples/alignment/workflow.ts compare-aligners --manifest data/manifest.csv --reference data/reference/lambda.fa
 */
import {
  type File,
  type Lazy,
  after,
  approve,
  concat,
  cond,
  copyFile,
  fail,
  file,
  flatten,
  format,
  groupBy,
  map,
  pluck,
  workflow,
  z,
} from "ligase";
import { AlignedSample, Indexes, Reads } from "./model.ts";
import { alignWithBowtie2, alignWithBwa, alignWithHisat2 } from "./tasks/align.ts";
import { bowtie2Index, bwaIndex, hisat2Index } from "./tasks/build-index.ts";
import { callVariants } from "./tasks/call-variants.ts";
import { checkQuality } from "./tasks/check-quality.ts";
import { compare } from "./tasks/compare.ts";
import { deliverSample } from "./tasks/deliver-sample.ts";
import { fastqc } from "./tasks/fastqc.ts";
import { mergeLanes } from "./tasks/merge-lanes.ts";
import { multiqc } from "./tasks/multiqc.ts";
import { finishAlignment } from "./tasks/post-process.ts";
import { readManifest } from "./tasks/read-manifest.ts";
import { trim } from "./tasks/trim.ts";

const Reference = file(".fa", ".fasta").describe("The genome to align to");

/** One sample: all three aligners, and variants from the alignment of BWA. */
export const alignSample = workflow(
  {
    name: "align-sample",
    input: { reads: Reads, indexes: Indexes, reference: Reference },
    output: AlignedSample,
  },
  ({ reads, indexes, reference }) => {
    const bowtie2 = finishAlignment({ placed: alignWithBowtie2({ reads, index: indexes.bowtie2 }) });
    const hisat2 = finishAlignment({ placed: alignWithHisat2({ reads, index: indexes.hisat2 }) });
    const bwa = finishAlignment({ placed: alignWithBwa({ reads, index: indexes.bwa }) });
    const variants = callVariants({ sample: reads.sample, bam: bwa.bam, reference });
    return { sample: reads.sample, alignments: [bowtie2, hisat2, bwa], variants };
  },
);

export const compareAligners = workflow(
  {
    name: "compare-aligners",
    description: "Checks, trims and aligns the reads of many samples, with an approval in between",
    input: {
      manifest: file(".csv").describe("One row per lane, with the columns sample, lane, fastq_1 and fastq_2"),
      reference: Reference,
      results: z.string().default("results").describe("Folder that the results are copied to"),
    },
  },
  ({ manifest, reference, results }) => {
    const deliver = (report: Lazy<File>) => copyFile(report, format`${results}/`);

    const lanes = groupBy(readManifest({ manifest }), "sample");
    const samples = map(lanes, ({ sample, rows }) =>
      mergeLanes({ sample, r1: pluck(rows, "r1"), r2: pluck(rows, "r2") }),
    );

    // A failure in any file of any sample ends the run before anybody is asked.
    const quality = map(samples, (reads) => fastqc({ reads }));
    const verdict = checkQuality({ reports: quality });
    const trimmed = cond(
      verdict.passed,
      () => map(samples, (reads) => trim({ reads })),
      () => fail(verdict.message),
    );

    const readReports = concat(flatten(pluck(quality, "archives")), pluck(trimmed, "report"));
    const qualityPage = deliver(
      multiqc({ name: "quality", title: "Quality of the reads", reports: readReports }).html,
    );
    const approved = approve(trimmed, {
      name: "quality",
      question: "Are these reads good enough to align?",
      show: [qualityPage],
      timeout: "2h",
    });

    const indexes = after(approved, () => ({
      bowtie2: bowtie2Index({ reference }),
      hisat2: hisat2Index({ reference }),
      bwa: bwaIndex({ reference }),
    }));
    const aligned = map(approved, ({ sample, r1, r2 }) =>
      alignSample({ reads: { sample, r1, r2 }, indexes, reference }),
    );

    const alignments = flatten(pluck(aligned, "alignments"));
    const comparison = compare({ alignments, reference });
    const alignmentReports = concat(
      pluck(alignments, "report"),
      pluck(alignments, "flagstat"),
      pluck(alignments, "stats"),
    );
    const alignmentPage = multiqc({
      name: "alignment",
      title: "Reads and alignments",
      reports: concat(readReports, alignmentReports),
    });

    return {
      samples: map(aligned, (sample) =>
        deliverSample({ aligned: sample, folder: format`${results}/${sample.sample}/` }),
      ),
      comparison: comparison.rows,
      reports: {
        quality: qualityPage,
        alignment: deliver(alignmentPage.html),
        comparison: [deliver(comparison.csv), deliver(comparison.json)],
      },
    };
  },
);
