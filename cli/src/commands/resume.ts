import { defineCommand } from "../command.ts";
import { FOLLOW_OPTIONS } from "../follow/follow-options.ts";

/** `ligase resume RUN` */
export const resume = defineCommand({
  name: "resume",
  about:
    "Goes on with a run that was interrupted, failed, was cancelled or left waiting, or whose process died.\nWhat is finished is not done again. Where the code changed meanwhile it goes on as a new run.",
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: FOLLOW_OPTIONS,
  examples: ["ligase resume 0198c2f1-4a3b"],
  run: async (given, world) => {
    const { resumeRun } = await import("../follow/resume-run.ts");
    return await resumeRun(given, world);
  },
});
