import type { FoundJob, Inspect, SearchPage } from "@ligase/engine";
import { quoted, shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { printableLine } from "../output/visible-text.ts";
import type { WantedValue } from "../inputs/wanted-values.ts";
import type { World } from "../world.ts";

/** Jobs that were found, and by what. */
export interface Found {
  readonly by: WantedValue["what"];
  readonly jobs: readonly FoundJob[];
}

/**
 * One page of the jobs that mention a value. A text that is a number is looked for as both; a file by its place or name
 * only where nothing has its content.
 */
export function searchFor(inspect: Inspect, wanted: readonly WantedValue[], page: SearchPage): Found {
  const [first] = wanted;
  if (first?.what === "text") return mergedSearch(inspect, wanted, page);
  for (const { value, what } of wanted) {
    const jobs = inspect.search(value, page);
    if (jobs.length > 0) return { by: what, jobs };
    // A later page of a content has nothing to do with other files of the name.
    if (page.before !== undefined && inspect.search(value, { limit: 1 }).length > 0)
      return { by: what, jobs };
  }
  return { by: first?.what ?? "text", jobs: [] };
}

function mergedSearch(inspect: Inspect, wanted: readonly WantedValue[], page: SearchPage): Found {
  const found = wanted.map(({ value, what }) => ({ by: what, jobs: inspect.search(value, page) }));
  const byCall = new Map(found.flatMap(({ jobs }) => jobs).map((job) => [job.call, job]));
  const jobs = [...byCall.values()].toSorted((one, other) => other.call - one.call).slice(0, page.limit);
  return { by: found.find((each) => each.jobs.length > 0)?.by ?? "text", jobs };
}

const BY: Readonly<Record<WantedValue["what"], string>> = {
  content: "by its content",
  place: "by its place; no recorded file has its content",
  name: "by its name; no recorded file has its content or place",
  text: "as a text",
  number: "as a number",
};

interface Asked {
  readonly word: string;
  readonly limit: number;
  readonly root: string | undefined;
}

/** A page for people, with the command for the next one. */
export function searchText({ by, jobs }: Found, { word, limit, root }: Asked, { out }: World): string {
  const { bold, dim } = out.palette;
  const last = jobs.at(-1);
  if (last === undefined) return `${dim(`No recorded job was given ${printableLine(word)} or made it.`)}\n`;
  const columns = ["job", "run", ""].map((title) => ({ title: dim(title) }));
  const rows = jobs.map(({ task, job, run, isMaker }) => [
    `${bold(printableLine(task))} #${job}`,
    shortId(run),
    isMaker ? "made it" : "was given it",
  ]);
  const place = root === undefined ? "" : ` --root ${quoted(root)}`;
  const next =
    jobs.length < limit
      ? []
      : [dim(`more: ligase search ${quoted(word)} --limit ${limit} --before ${last.call}${place}`)];
  return `${[dim(`found ${BY[by]}`), ...textTable(columns, rows), ...next].join("\n")}\n`;
}
