import { defineCommand } from "../command.ts";
import { engineOptions } from "../engine-options.ts";
import { FOLLOW_OPTIONS } from "../follow/follow-options.ts";
import { followRun } from "../follow/follow-run.ts";

/** `ligase resume RUN` */
export const resume = defineCommand({
  name: "resume",
  about:
    "Goes on with a run that was interrupted, failed, was cancelled or left waiting, or whose process died.\nWhat is finished is not done again.",
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: FOLLOW_OPTIONS,
  examples: ["ligase resume 0198c2f1-4a3b"],
  async run({ options, positionals: [id = ""] }, world) {
    const keyboard = await world.openKeyboard();
    const engine = await world.openEngine(engineOptions(options));
    try {
      const { name } = engine.inspect.run(id);
      const handle = await engine.resume(id);
      return await followRun({ engine, run: handle, name, options, dryRun: false, world, keyboard });
    } finally {
      await engine.close();
    }
  },
});
