import { file, format, out, script, sh, z } from "ligase";
import { Alignment, Genome } from "../model.ts";

export const recalibrateBases = script({
  name: "recalibrate-bases",
  description:
    "Corrects the qualities of bases by how often they are wrong outside known variants (needs GATK 4)",
  input: { sample: z.string(), alignment: Alignment, genome: Genome, knownSites: z.array(file(".vcf.gz")) },
  output: ({ sample }) => ({
    bam: out.file(format`${sample}.recalib.bam`),
    bai: out.file(format`${sample}.recalib.bai`),
  }),
  // The known sites are linked, for their index has to lie beside them and inputs are not written to.
  command: ({ alignment, genome, knownSites }, o) => sh`
    sites=()
    number=0
    for site in ${knownSites}; do
      number=$((number + 1))
      ln -s "$site" "site-$number.vcf.gz"
      gatk IndexFeatureFile --input "site-$number.vcf.gz"
      sites+=(--known-sites "site-$number.vcf.gz")
    done
    gatk BaseRecalibrator --reference ${genome}/reference.fa --input ${alignment.bam} "\${sites[@]}" --output table.txt
    gatk ApplyBQSR --reference ${genome}/reference.fa --input ${alignment.bam} --bqsr-recal-file table.txt --output ${o.bam}
  `,
  resources: { cpu: 1, memory: "4 GiB" },
});
