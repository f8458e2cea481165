import type { DeskRun, RunDesk, ShownRun } from "../desk/run-desk.ts";
import { failureLines, type FailedJob } from "../output/failure.ts";
import { ageText, momentText, spanText } from "../output/human-time.ts";
import { jsonValue } from "@ligase/sdk/values";
import { progressTable } from "../output/progress-table.ts";
import { shortId, silentMs } from "../output/run-names.ts";
import { statusText } from "../output/run-status.ts";
import { placeText } from "../output/show-scalar.ts";
import { showValue } from "../output/show-value.ts";
import { textTable } from "../output/text-table.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import { countJobs } from "./count-jobs.ts";
import { firstFailures } from "./first-failures.ts";
import { gateSection } from "./show-gates.ts";

/** What is shown, and from where. */
export interface ToShow {
  readonly desk: RunDesk;
  readonly run: DeskRun;
  readonly asJson: boolean;
}

/** Writes a run as a whole: what it is, and everything that came of it. `at` is what commands about it end with. */
export async function showRun(
  { desk, run, asJson, at }: ToShow & { readonly at: string },
  world: World,
): Promise<void> {
  const gates = await desk.gateRecords(run.id);
  const tasks = countJobs(await desk.jobCounts(run.id));
  const value = run.status === "succeeded" ? await desk.value(run.id) : null;
  const decks = await desk.decks(run.id);
  if (asJson) {
    const voted = [];
    for (const gate of gates) voted.push({ ...gate, votes: await desk.votes(gate) });
    const { goesOn: _, ...recorded } = run;
    const document = { ...recorded, tasks, gates: voted, decks, value };
    world.out.write(`${JSON.stringify(jsonValue(document))}\n`);
    return;
  }
  const { out, cwd } = world;
  const { bold, dim } = out.palette;
  const options = { palette: out.palette, width: out.size().width - 2, cwd };
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", bold(title), ...lines.map((line) => `  ${line}`)];
  const isEmpty = typeof run.args === "object" && run.args !== null && Object.keys(run.args).length === 0;
  const lines = [
    ...headLines(run, world),
    ...section("Inputs", isEmpty ? [] : showValue(run.args, options)),
    ...section("Jobs", tasks.length === 0 ? [] : progressTable({ tasks }, options)),
    ...section("Gates", await gateSection({ desk, gates, at }, world)),
    ...section("Failures", failureSection(await firstFailures(desk, run), world)),
    ...section(
      "Decks",
      textTable(
        [{ title: "" }, { title: "" }, { title: "" }],
        decks.map((deck) => [
          printableLine(deck.name),
          dim(`job ${deck.job}`),
          printableLine(placeText(deck.uri, cwd)),
        ]),
      ),
    ),
    ...section("Result", run.status === "succeeded" ? showValue(value, options) : []),
  ];
  out.write(`${lines.join("\n")}\n`);
}

function headLines(run: ShownRun, world: World): readonly string[] {
  const { bold, dim } = world.out.palette;
  const now = world.now();
  const until = run.endedAt ?? now - (silentMs(run, now) ?? 0);
  const tags = Object.entries(run.tags).map(([name, value]) => printableLine(`${name}=${value}`));
  const facts = [
    [dim("run"), `${run.id}  ${dim(`(${shortId(run.id)} will do)`)}`],
    [dim("status"), statusText(run, now, world.out.palette)],
    [dim("started"), `${momentText(run.createdAt)}, ${ageText(now - run.createdAt)}, by ${run.user}`],
    [dim("took"), spanText(until - run.createdAt)],
    [dim("file"), printableLine(run.file)],
    ...(tags.length === 0 ? [] : [[dim("tags"), tags.join("  ")]]),
  ];
  return [bold(run.name), ...textTable([{ title: "" }, { title: "" }], facts).map((line) => `  ${line}`)];
}

function failureSection(failures: readonly FailedJob[], { out }: World): readonly string[] {
  return failures.flatMap((failure, index) => [
    ...(index === 0 ? [] : [""]),
    ...failureLines(failure, out.palette),
  ]);
}
