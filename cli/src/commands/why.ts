import { defineCommand, placeOf } from "../command.ts";
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
  options: {},
  examples: ["ligase why 0198c2f1-4a3b 7"],
  async run({ options, positionals: [id = "", selection = ""] }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const run = inspect.run(id);
      const reasons = Array.from(chosenJobs(inspect, run.id, selection), (job) => ({
        job: job.number,
        task: job.task,
        status: job.status,
        reason: job.reason,
        text: inspect.why(run.id, job.number),
      }));
      const lines = reasons.map(({ job, text }) => `${world.out.palette.bold(`#${job}`)} ${printable(text)}`);
      world.out.write(options.json ? `${JSON.stringify(reasons)}\n` : `${lines.join("\n")}\n`);
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});
