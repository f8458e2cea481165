import type { FoundJob, Inspect } from "@ligase/engine";
import { wantedFile, type WantedValue } from "../inputs/wanted-values.ts";
import { onlyJob } from "../output/choose-jobs.ts";
import { Problem } from "../problem.ts";

/** Jobs that are looked through for the one that made a file, the newest first. */
const MOST_LOOKED_AT = 20_000;
const PAGE = 1_000;

/** The job whose lineage is asked for. */
export interface AskedLineage {
  readonly run: string;
  readonly job: number;
  readonly task: string;
  /** How a file led to it. */
  readonly file?: {
    readonly name: string;
    readonly by: WantedValue["what"];
    /** False when no job made the file: this one was given it. */
    readonly isMaker: boolean;
    /** Other jobs that made it, too. */
    readonly others: number;
  };
}

/** Throws `job-unknown` and `job-not-unique`. */
export function lineageOfJob(inspect: Inspect, run: string, selection: string): AskedLineage {
  const { number, task } = onlyJob(inspect, run, selection);
  return { run, job: number, task };
}

/** The newest job that made a file: its content, or else a file at its place or of its name. Throws `file-not-recorded`. */
export async function lineageOfFile(inspect: Inspect, name: string, cwd: string): Promise<AskedLineage> {
  const wanted = await wantedFile(name, cwd);
  const found = wanted.map(({ value, what }) => ({ what, ...makersOf(inspect, value) }));
  const made = found.find(({ makers }) => makers.length > 0);
  const [maker, ...others] = made?.makers ?? [];
  if (made !== undefined && maker !== undefined)
    return { ...place(maker), file: { name, by: made.what, isMaker: true, others: others.length } };
  const given = found.find(({ user }) => user !== null);
  if (given?.user == null) throw new Problem("file-not-recorded", { file: name });
  return { ...place(given.user), file: { name, by: given.what, isMaker: false, others: 0 } };
}

const place = ({ run, job, task }: FoundJob): Pick<AskedLineage, "run" | "job" | "task"> => ({
  run,
  job,
  task,
});

/** Jobs that made the file, and the newest that was given it. */
function makersOf(
  inspect: Inspect,
  value: string | number,
): { readonly makers: readonly FoundJob[]; readonly user: FoundJob | null } {
  const makers: FoundJob[] = [];
  let user: FoundJob | null = null;
  let before: number | undefined;
  for (let seen = 0; seen < MOST_LOOKED_AT; seen += PAGE) {
    const page = inspect.search(value, { limit: PAGE, ...(before === undefined ? {} : { before }) });
    makers.push(...page.filter(({ isMaker }) => isMaker));
    user ??= page.find(({ isMaker }) => !isMaker) ?? null;
    if (page.length < PAGE) break;
    before = page.at(-1)?.call;
  }
  return { makers, user };
}
