import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import type { World } from "../world.ts";
import type { CommonOptions, OptionTable, OptionValues } from "../options.ts";
import type { Inspect, RunRecord } from "@ligase/engine";

const OPTIONS = {
  jobs: { kind: "flag", about: "list the jobs, with their numbers and why each ran" },
  job: { kind: "count", value: "N", about: "one job: why it ran, its attempts, arguments, value, failure" },
  deck: { kind: "optional-text", value: "NAME", about: "open a deck (a report that a job made)" },
} as const satisfies OptionTable;

type ShowOptions = OptionValues<typeof OPTIONS> & CommonOptions;

/** `ligase show RUN` */
export const show = defineCommand({
  name: "show",
  about: "Shows a run: inputs, tasks, gates, failures, decks and result; or one of its jobs or decks.",
  positionals: [{ name: "RUN", about: "the run, by its id or the beginning of it" }],
  options: OPTIONS,
  examples: [
    "ligase show 0198c2f1-4a3b",
    "ligase show 0198c2f1-4a3b --job 7",
    "ligase show 0198c2f1-4a3b --deck=qc",
  ],
  async run({ options, positionals: [id = ""] }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      await showPart(inspect, inspect.run(id), { options, world });
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});

/** Each part is a module of its own, loaded when it is asked for. */
async function showPart(
  inspect: Inspect,
  run: RunRecord,
  { options, world }: { options: ShowOptions; world: World },
): Promise<void> {
  if (options.deck !== undefined) {
    const { showDeck } = await import("../show/show-deck.ts");
    return showDeck(
      { inspect, run, name: options.deck === "" ? null : options.deck, asJson: options.json },
      world,
    );
  }
  if (options.job !== undefined) {
    const { showJob } = await import("../show/show-job.ts");
    return showJob({ inspect, run, number: options.job, asJson: options.json }, world);
  }
  if (options.jobs) {
    const { showJobs } = await import("../show/show-jobs.ts");
    return await showJobs({ inspect, run, asJson: options.json }, world);
  }
  const { showRun } = await import("../show/show-run.ts");
  return showRun({ inspect, run, asJson: options.json }, world);
}
