import { file, out, script, sh } from "ligase";

export const indexGenome = script({
  name: "index-genome",
  description: "Prepares the reference for bwa (index), samtools (faidx) and picard (dictionary)",
  input: { reference: file(".fa", ".fasta") },
  output: out.dir("genome"),
  command: ({ reference }, genome) => sh`
    mkdir ${genome}
    cp ${reference} ${genome}/reference.fa
    cd ${genome}
    bwa index reference.fa
    samtools faidx reference.fa
    samtools dict --uri reference.fa --output reference.dict reference.fa
  `,
  resources: { cpu: 1, memory: "2 GiB" },
  tools: ["bwa", "samtools"],
});
