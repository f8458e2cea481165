import type { RunFilter } from "@ligase/engine";
import { defineCommand } from "../command.ts";
import { DESK_OPTIONS } from "../desk/desk-options.ts";
import type { ShownRun } from "../desk/run-desk.ts";
import { EXIT } from "../exit-code.ts";
import { Problem } from "../problem.ts";
import { ageText, spanText } from "../output/human-time.ts";
import { shortId, silentMs } from "../output/run-names.ts";
import { statusText } from "../output/run-status.ts";
import { textTable } from "../output/text-table.ts";
import type { World } from "../world.ts";

const STATUSES = ["queued", "running", "waiting", "cancelling", "succeeded", "failed", "cancelled"] as const;

/** `ligase runs` */
export const runs = defineCommand({
  name: "runs",
  about: "Lists the runs of the store, or of a server, the newest first.",
  positionals: [],
  options: {
    status: { kind: "choice", values: STATUSES, about: "only runs in this status" },
    name: { kind: "text", value: "NAME", about: "only runs of this workflow or task" },
    user: { kind: "text", value: "NAME", about: "only runs that this person launched" },
    tag: { kind: "list", value: "NAME=VALUE", about: "only runs with this tag; may be given several times" },
    since: {
      kind: "text",
      value: "TIME",
      about: "only runs launched at this time or later: 2026-11-21T14:00",
    },
    until: { kind: "text", value: "TIME", about: "only runs launched before this time" },
    before: { kind: "text", value: "RUN", about: "only runs before this one: the last of the page before" },
    number: { kind: "count", short: "n", value: "N", about: "how many (default 20)" },
    ...DESK_OPTIONS,
  },
  examples: ["ligase runs --status waiting", "ligase runs -n 100 --json"],
  async run({ options }, world) {
    const { status, name, user, before, number = 20 } = options;
    const filter = {
      limit: number,
      ...given({ status, name, user, before }),
      ...given({ since: timeOf("--since", options.since), until: timeOf("--until", options.until) }),
      ...(options.tag.length === 0 ? {} : { tags: await tagsOf(options.tag) }),
    };
    const { openReadingDesk } = await import("../desk/open-desk.ts");
    const desk = await openReadingDesk(options, world);
    try {
      const found = await desk.runs(filter);
      world.out.write(options.json ? await documents(found) : listing(found, world));
      return EXIT.ok;
    } finally {
      await desk.close();
    }
  },
});

/** The filters that were asked for. */
const given = (filters: { readonly [K in keyof RunFilter]: RunFilter[K] | undefined }): RunFilter =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));

async function tagsOf(pairs: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { readTags } = await import("../engine-options.ts");
  return readTags(pairs);
}

function timeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new Problem("flag-value-invalid", {
    flag,
    found: text,
    expected: "a time, such as 2026-11-21 or 2026-11-21T14:00",
  });
}

async function documents(found: readonly ShownRun[]): Promise<string> {
  const { jsonValue } = await import("@ligase/sdk/values");
  return `${JSON.stringify(jsonValue(found))}\n`;
}

function listing(found: readonly ShownRun[], world: World): string {
  const { palette } = world.out;
  if (found.length === 0) return `${palette.dim("No runs yet: ligase run FILE NAME")}\n`;
  const now = world.now();
  const columns = ["run", "workflow", "status", "started", "took", "by"].map((title) => ({
    title: palette.dim(title),
  }));
  const rows = found.map((run) => [
    palette.bold(shortId(run.id)),
    run.name,
    statusText(run, now, palette),
    ageText(now - run.createdAt),
    tookText(run, now),
    run.user,
  ]);
  return `${textTable(columns, rows).join("\n")}\n`;
}

function tookText(run: ShownRun, now: number): string {
  const silent = silentMs(run, now);
  return spanText((run.endedAt ?? now - (silent ?? 0)) - run.createdAt);
}
