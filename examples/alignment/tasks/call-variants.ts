import { file, format, out, script, sh, z } from "ligase";

export const callVariants = script({
  name: "call-variants",
  description: "Lists where a sample differs from the reference",
  input: {
    sample: z.string(),
    bam: file(".bam"),
    reference: file(".fa", ".fasta"),
    ploidy: z.int().min(1).default(1),
  },
  output: ({ sample }) => ({
    vcf: out.file(format`${sample}.vcf.gz`),
    index: out.file(format`${sample}.vcf.gz.tbi`),
  }),
  // The link is for the index of the reference, which mpileup writes beside it. --no-version keeps dates out of the file.
  command: ({ bam, reference, ploidy }, o) => sh`
    ln -s ${reference} reference.fa
    bcftools mpileup --no-version -Ou --max-depth 1000 --fasta-ref reference.fa ${bam} \
      | bcftools call --no-version -Ou --multiallelic-caller --variants-only --ploidy ${ploidy} \
      | bcftools norm --no-version -Oz --fasta-ref reference.fa --output ${o.vcf}
    bcftools index --tbi ${o.vcf}
  `,
  resources: { cpu: 1, memory: "1 GiB" },
  tools: ["bcftools"],
});
