import { defineCommand } from "../command.ts";
import { RESUME_OPTIONS } from "../follow/follow-options.ts";

/** `ligase resume RUN` */
export const resume = defineCommand({
  name: "resume",
  about: [
    "Goes on with a run that was interrupted, failed, was cancelled or left waiting, or whose process died.",
    "What is finished is not done again. Where the code changed meanwhile it goes on as a new run. With --server it follows",
    "a run of that server; one that goes on there as it is.",
  ].join("\n"),
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: RESUME_OPTIONS,
  examples: ["ligase resume 0198c2f1-4a3b", "ligase resume 0198c2f1-4a3b --server http://127.0.0.1:7474"],
  run: async (given, world) => {
    const { server } = given.options;
    if (server !== undefined) {
      const { resumeAtServer } = await import("../follow/resume-at-server.ts");
      return await resumeAtServer({ ...given, url: server }, world);
    }
    const { resumeRun } = await import("../follow/resume-run.ts");
    return await resumeRun(given, world);
  },
});
