import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import { EXIT } from "../exit-code.ts";
import { chosenJobs } from "../output/choose-jobs.ts";
import { printable } from "../output/visible-text.ts";

/** `ligase why RUN JOB` */
export const why = defineCommand({
  name: "why",
  about: "Says why a job ran or was answered from the cache: which argument, which code, which file changed.",
  positionals: [
    { name: "RUN", about: "the run, by its id or the beginning of it" },
    { name: "JOB", about: "number of a job, or the name of a task for all its jobs" },
  ],
  options: DESK_OPTIONS,
  examples: ["ligase why 0198c2f1-4a3b 7"],
  async run({ options, positionals: [id = "", selection = ""] }, world) {
    const { openReadingDesk } = await import("../desk/open-desk.ts");
    const desk = await openReadingDesk(options, world);
    try {
      const run = await desk.run(id);
      const reasons = [];
      for await (const { number, task, status, reason } of chosenJobs(desk, run.id, selection))
        reasons.push({ job: number, task, status, reason, text: await desk.why(run.id, number) });
      const lines = reasons.map(({ job, text }) => `${world.out.palette.bold(`#${job}`)} ${printable(text)}`);
      world.out.write(options.json ? `${JSON.stringify(reasons)}\n` : `${lines.join("\n")}\n`);
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});
