import { defineCommand, placeOf, type Given } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import type { OpenInspect, World } from "../world.ts";
import type { AskedLineage } from "../lineage/find-lineage.ts";

const OPTIONS = {
  down: { kind: "flag", about: "what was made of it, instead of what it was made of" },
  limit: {
    kind: "count",
    short: "n",
    value: "N",
    about: "calls, gates and inputs at the most (default 200)",
  },
  mermaid: { kind: "flag", about: "text for Mermaid" },
} as const;

/** `ligase lineage RUN JOB`, `ligase lineage FILE` */
export const lineage = defineCommand({
  name: "lineage",
  about:
    "Shows what a job's data was made of: calls, gates with who decided, and the inputs of runs with who launched them.\nA file is found by its content, or else by its place and name; without JOB the first argument is a file.",
  positionals: [
    { name: "RUN|FILE", about: "the run, by its id or the beginning of it; or a file" },
    { name: "JOB", about: "number of a job, or the name of a task with one job", optional: true },
  ],
  options: OPTIONS,
  examples: [
    "ligase lineage 0198c2f1-4a3b 7",
    "ligase lineage 0198c2f1-4a3b 7 --down",
    "ligase lineage results/sample-a.bam --mermaid",
  ],
  async run({ options, positionals: [subject = "", job] }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const asked = await find(inspect, { subject, job }, world);
      await write(inspect, asked, { options, world });
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});

async function find(
  inspect: OpenInspect["inspect"],
  { subject, job }: { readonly subject: string; readonly job: string | undefined },
  world: World,
): Promise<AskedLineage> {
  const { lineageOfFile, lineageOfJob } = await import("../lineage/find-lineage.ts");
  return job === undefined
    ? await lineageOfFile(inspect, subject, world.cwd)
    : lineageOfJob(inspect, inspect.run(subject).id, job);
}

async function write(
  inspect: OpenInspect["inspect"],
  asked: AskedLineage,
  { options, world }: { readonly options: Given<typeof OPTIONS>["options"]; readonly world: World },
): Promise<void> {
  const direction = options.down ? "down" : "up";
  const { limit = 200 } = options;
  const found = inspect.lineage(asked.run, asked.job, direction, limit);
  if (options.json) {
    const { jsonValue } = await import("@ligase/sdk/values");
    world.out.write(`${JSON.stringify(jsonValue({ ...asked, direction, ...found }))}\n`);
  } else if (options.mermaid) {
    const { lineageMermaid } = await import("../lineage/lineage-mermaid.ts");
    world.out.write(lineageMermaid(found));
  } else {
    const { lineageText } = await import("../lineage/lineage-text.ts");
    world.out.write(lineageText({ asked, found, direction, limit }, world));
  }
}
