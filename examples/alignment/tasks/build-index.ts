import { file, out, script, sh } from "ligase";

const input = { reference: file(".fa", ".fasta") };
const resources = { cpu: 2, memory: "2 GiB" } as const;

export const bowtie2Index = script({
  name: "bowtie2-index",
  input,
  output: out.dir("bowtie2-index"),
  command: ({ reference }, index) => sh`
    mkdir ${index}
    bowtie2-build --quiet --threads "$LIGASE_CPUS" ${reference} ${index}/reference
  `,
  resources,
  tools: ["bowtie2-build"],
});

export const hisat2Index = script({
  name: "hisat2-index",
  input,
  output: out.dir("hisat2-index"),
  command: ({ reference }, index) => sh`
    mkdir ${index}
    hisat2-build --quiet -p "$LIGASE_CPUS" ${reference} ${index}/reference
  `,
  resources,
  tools: ["hisat2-build"],
});

export const bwaIndex = script({
  name: "bwa-index",
  input,
  output: out.dir("bwa-index"),
  command: ({ reference }, index) => sh`
    mkdir ${index}
    bwa index -p ${index}/reference ${reference}
  `,
  resources,
  tools: ["bwa"],
});
