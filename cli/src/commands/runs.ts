import type { RunRecord } from "@ligase/engine";
import { defineCommand, placeOf } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { ageText, spanText } from "../output/human-time.ts";
import { shortId, silentMs } from "../output/run-names.ts";
import { statusText } from "../output/run-status.ts";
import { textTable } from "../output/text-table.ts";
import type { World } from "../world.ts";

const STATUSES = ["queued", "running", "waiting", "cancelling", "succeeded", "failed", "cancelled"] as const;

/** `ligase runs` */
export const runs = defineCommand({
  name: "runs",
  about: "Lists the runs of the store, the newest first.",
  positionals: [],
  options: {
    status: { kind: "choice", values: STATUSES, about: "only runs in this status" },
    name: { kind: "text", value: "NAME", about: "only runs of this workflow or task" },
    number: { kind: "count", short: "n", value: "N", about: "how many (default 20)" },
  },
  examples: ["ligase runs --status waiting", "ligase runs -n 100 --json"],
  async run({ options }, world) {
    const { inspect, close } = await world.openInspect(placeOf(options));
    try {
      const { status, name, number = 20 } = options;
      const found = inspect.runs({
        limit: number,
        ...(status === undefined ? {} : { status }),
        ...(name === undefined ? {} : { name }),
      });
      world.out.write(options.json ? await documents(found) : listing(found, world));
      return EXIT.ok;
    } finally {
      await close();
    }
  },
});

async function documents(found: readonly RunRecord[]): Promise<string> {
  const { jsonValue } = await import("../output/json-value.ts");
  return `${JSON.stringify(jsonValue(found))}\n`;
}

function listing(found: readonly RunRecord[], world: World): string {
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

function tookText(run: RunRecord, now: number): string {
  const silent = silentMs(run, now);
  return spanText((run.endedAt ?? now - (silent ?? 0)) - run.createdAt);
}
