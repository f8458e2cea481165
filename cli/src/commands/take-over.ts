import { defineCommand } from "../command.ts";
import { FOLLOW_OPTIONS } from "../follow/follow-options.ts";

/** `ligase take-over` */
export const takeOver = defineCommand({
  name: "take-over",
  about: [
    "Goes on with the runs whose engine died or left them, and follows them to their end. Each is taken by one engine,",
    "whichever comes first. A dead engine keeps its runs for 30 seconds. What is finished is not done again.",
  ].join("\n"),
  positionals: [],
  options: FOLLOW_OPTIONS,
  examples: ["ligase take-over --no-wait"],
  run: async ({ options }, world) => {
    const { takeOverRuns } = await import("../follow/take-over-runs.ts");
    return await takeOverRuns(options, world);
  },
});
