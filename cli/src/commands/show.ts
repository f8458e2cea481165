import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import { EXIT } from "../exit-code.ts";
import type { World } from "../world.ts";
import type { CommonOptions, OptionTable, OptionValues } from "../options.ts";
import type { DeskRun, RunDesk } from "../desk/run-desk.ts";
import { atServer } from "../output/run-names.ts";

const OPTIONS = {
  jobs: { kind: "flag", about: "list the jobs, with their numbers and why each ran" },
  job: { kind: "count", value: "N", about: "one job: why it ran, its attempts, arguments, value, failure" },
  deck: {
    kind: "optional-text",
    value: "NAME",
    about: "open a deck (a report that a job made); of a server, where it is",
  },
  ...DESK_OPTIONS,
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
    "ligase show 0198c2f1-4a3b --server http://127.0.0.1:7474",
  ],
  async run({ options, positionals: [id = ""] }, world) {
    const { openReadingDesk } = await import("../desk/open-desk.ts");
    const desk = await openReadingDesk(options, world);
    try {
      await showPart(desk, await desk.run(id), { options, world });
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});

/** Each part is a module of its own, loaded when it is asked for. */
async function showPart(
  desk: RunDesk,
  run: DeskRun,
  { options, world }: { options: ShowOptions; world: World },
): Promise<void> {
  const shown = { desk, run, asJson: options.json };
  if (options.deck !== undefined) {
    const { showDeck } = await import("../show/show-deck.ts");
    return await showDeck({ ...shown, name: options.deck === "" ? null : options.deck }, world);
  }
  if (options.job !== undefined) {
    const { showJob } = await import("../show/show-job.ts");
    return await showJob({ ...shown, number: options.job }, world);
  }
  if (options.jobs) {
    const { showJobs } = await import("../show/show-jobs.ts");
    return await showJobs(shown, world);
  }
  const { showRun } = await import("../show/show-run.ts");
  return await showRun({ ...shown, at: atServer(options.server) }, world);
}
