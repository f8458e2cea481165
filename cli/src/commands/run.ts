import { defineCommand } from "../command.ts";
import { RUN_OPTIONS } from "../run/run-options.ts";

/** `ligase run FILE NAME --inputs…` */
export const run = defineCommand({
  name: "run",
  about: [
    "Runs a workflow, or a single task, of a TypeScript file. Its inputs are flags that come from its types:",
    "`ligase run FILE NAME --help` shows them. Flags of `run` itself that share their name with an input go before FILE.",
    "With --server, a server launches what it has by NAME, and the run is followed there.",
  ].join("\n"),
  positionals: [
    { name: "FILE", about: "the file that defines it" },
    { name: "NAME", about: "the workflow or task", optional: true },
  ],
  options: RUN_OPTIONS,
  examples: [
    "ligase run align.ts align-all --samples samples.csv --reference genome.fasta",
    "ligase run align.ts trim --sample.id S1 --dry-run",
    "ligase run --server http://127.0.0.1:7474 align-all --samples samples.csv --reference genome.fasta",
  ],
  leaveRestAfter: ({ server }) => (server === undefined ? 2 : 1),
  helpAfter: 1,
  run: async (given, world) => {
    const { runFile } = await import("../run/run-file.ts");
    return await runFile(given, world);
  },
});
