import { file, format, out, script, sh, z } from "ligase";

export const multiqc = script({
  name: "multiqc",
  description: "Puts the reports of many tools on one page",
  input: { name: z.string(), title: z.string(), reports: z.array(file().nullable()) },
  output: ({ name }) => ({ html: out.file(format`${name}.html`) }),
  // Flat plots and the simple template: the page is whole by itself and can be read without a network.
  command: ({ title, reports }, o) => sh`
    multiqc --quiet --flat --template simple --cl-config 'no_version_check: true' \
      --title ${title} --filename ${o.html} --outdir . ${reports}
  `,
  deck: "html",
  resources: { cpu: 1, memory: "1 GiB" },
  tools: ["multiqc"],
});
