/*
 * Stand-ins for the tools of a somatic pipeline. Reads are lines of `chromosome position base`; an alignment is the same
 * lines, sorted; a variant is a line of the tumour that the normal lacks. A line of another form is a broken read file.
 */
import { file, format, out, script, sh, z } from "ligase";

/** Sorting goes by bytes, whatever the language of the machine. */
const env = { LC_ALL: "C" };

export const align = script({
  name: "align",
  input: { reads: file(".txt") },
  output: out.file("alignment.txt", { nonEmpty: true }),
  env,
  command: ({ reads }, alignment) => sh`
    awk 'NF != 3 { print FILENAME ":" NR ": not a read: " $0 > "/dev/stderr"; exit 1 } { print }' ${reads} | sort > ${alignment}
  `,
});

export const mergeLanes = script({
  name: "merge-lanes",
  input: { sample: z.string(), lanes: z.array(file()) },
  output: ({ sample }) => out.file(format`${sample}.txt`),
  env,
  command: ({ lanes }, merged) => sh`sort -m -u ${lanes} > ${merged}`,
});

export const callVariants = script({
  name: "call-variants",
  input: { tumor: file(), normal: file(), chromosome: z.string(), from: z.int(), to: z.int() },
  output: out.file("variants.txt"),
  env,
  command: ({ tumor, normal, chromosome, from, to }, variants) => sh`
    comm -23 ${tumor} ${normal} |
      awk -v chromosome=${chromosome} -v from=${from} -v to=${to} '
        $1 == chromosome && from <= $2 && $2 <= to' > ${variants}
  `,
});

export const gather = script({
  name: "gather",
  input: { patient: z.string(), parts: z.array(file()) },
  output: ({ patient }) => ({
    variants: out.file(format`${patient}.variants.txt`),
    count: out.json(z.int()),
  }),
  command: ({ parts }, { variants }) => sh`cat ${parts} | tee ${variants} | wc -l`,
});
