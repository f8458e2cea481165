import type { ExternalTaskRecord, ExternalTaskState } from "@ligase/engine";
import type { Desk } from "../desk/desk.ts";
import { ageText, spanText } from "../output/human-time.ts";
import { shortId } from "../output/run-names.ts";
import { textTable } from "../output/text-table.ts";
import { cutTo, printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";

/** In the order in which somebody looks after them. */
const LISTED: readonly ExternalTaskState[] = ["leased", "aside", "ready"];

/** So many tasks of each state; by default what is not done. */
export async function listWork(
  desk: Pick<Desk, "work">,
  wanted: {
    readonly topic: string | undefined;
    readonly states: readonly ExternalTaskState[] | undefined;
    readonly number: number;
  },
): Promise<readonly ExternalTaskRecord[]> {
  const { topic, states = LISTED, number: limit } = wanted;
  const found = await Promise.all(
    states.map((state) => desk.work({ state, limit, ...(topic === undefined ? {} : { topic }) })),
  );
  return found.flat();
}

/** A task for machines. */
export const taskDocument = ({ id, runId, ...task }: ExternalTaskRecord): unknown => ({
  id,
  run: runId,
  ...task,
});

/** The tasks for people: a line for each, and below it what was told of it. */
export function listedText(tasks: readonly ExternalTaskRecord[], world: World): string {
  const { dim } = world.out.palette;
  if (tasks.length === 0) return `${dim("No external task is there.")}\n`;
  const columns = ["topic", "task", "run", "state", "since", "worker", ""].map((title) => ({
    title: dim(title),
  }));
  const [header = "", ...rows] = textTable(
    columns,
    tasks.map((task) => cells(task, world)),
  );
  const lines = rows.flatMap((row, index) => [
    row,
    ...detailLines(tasks[index] as ExternalTaskRecord, world),
  ]);
  return `${[header, ...lines].join("\n")}\n`;
}

function cells(task: ExternalTaskRecord, world: World): readonly string[] {
  const { palette } = world.out;
  const since = task.state === "ready" ? task.createdAt : (task.leasedAt ?? task.createdAt);
  return [
    printableLine(task.topic),
    palette.bold(printableLine(task.path)),
    shortId(task.runId),
    stateText(task, world),
    ageText(world.now() - since),
    task.worker === null ? "" : workerText(task),
    task.priority === 0 ? "" : `priority ${task.priority}`,
  ];
}

const workerText = ({ worker, by, state }: ExternalTaskRecord): string =>
  `${state === "ready" ? "last " : ""}${printableLine(worker ?? "")} (${printableLine(by ?? "")})`;

function stateText({ state, progress, availableAt }: ExternalTaskRecord, world: World): string {
  const { red, yellow, green } = world.out.palette;
  switch (state) {
    case "leased":
      return green(progress === null ? state : `${state} ${Math.floor(progress * 100)}%`);
    case "aside":
      return red(state);
    case "ready": {
      const left = availableAt - world.now();
      return yellow(left > 0 ? `${state} in ${spanText(left)}` : state);
    }
    case "done":
      return state;
  }
}

function detailLines(task: ExternalTaskRecord, world: World): readonly string[] {
  const { dim } = world.out.palette;
  const width = Math.min(120, world.out.size().width) - 4;
  const left = (task.leasedUntil ?? 0) - world.now();
  const facts = [
    ...(task.leasedUntil === null ? [] : [left > 0 ? `lease over in ${spanText(left)}` : "lease is over"]),
    ...(task.lostLeases === 0 || task.state === "aside" ? [] : [`${task.lostLeases} lost`]),
    ...(task.failures === 0 ? [] : [`gave up ${task.failures} times`]),
    ...(task.message === null ? [] : [printableLine(task.message)]),
  ];
  return [
    ...(facts.length === 0 ? [] : [dim(`  ${cutTo(facts.join(", "), width)}`)]),
    ...(task.state === "aside" ? [dim(`  ligase work --put-back ${task.id}`)] : []),
  ];
}

/** What became of a task that was put back. */
export const putBackText = ({ path, topic }: ExternalTaskRecord, { out: { palette } }: World): string =>
  `${palette.bold(printableLine(path))} is in the line of ${printableLine(topic)} again\n`;
