import { file, out, script, sh, z } from "ligase";

export const deliver = script({
  name: "deliver",
  description: "Lays the results out in one folder and copies it to where they are wanted",
  input: {
    to: z.string(),
    alignments: z.array(file()),
    variants: z.array(file()),
    reports: z.array(file()),
  },
  output: ({ to }) => out.dir("results", { publish: to }),
  command: ({ alignments, variants, reports }, results) => sh`
    mkdir -p ${results}/alignments ${results}/variants ${results}/reports
    cp ${alignments} ${results}/alignments
    cp ${variants} ${results}/variants
    cp ${reports} ${results}/reports
  `,
});
