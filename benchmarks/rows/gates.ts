import { join } from "node:path";
import { besideOf, median, quantile } from "../measuring/alternate.ts";
import {
  measureAnswers,
  openGates,
  parkRuns,
  wakeRuns,
  type AnswersMeasured,
  type Opened,
  type Woken,
} from "../measuring/gates.ts";
import { costLine, plainLine, timeLine } from "../measuring/lines.ts";
import { inScratch } from "../measuring/programs.ts";
import type { Line, Row, Size } from "../measuring/row.ts";
import type { Idle } from "../programs/gates/idle.ts";

/** Rows 9, 10 and 13: answers to runs in memory, runs that left it, and the start of an engine on many open gates. */
export const gates: Row = {
  name: "gates",
  async *run(size) {
    yield* answers(size);
    yield* await inScratch((scratch) => parkedRuns(scratch, size));
  },
};

/** What an answer may take more than a write to the disk. */
const OVER_SYNC_SECONDS = 0.000_35;

/** The floor is taken between the answers, in their process: the disk of one moment is not that of the next. */
async function* answers({ isSmall, pairs }: Size): AsyncIterable<Line> {
  const count = isSmall ? 20 : 1_000;
  const taken: AnswersMeasured[] = [];
  for (let pair = 0; pair < pairs; pair++) taken.push(await inScratch((root) => measureAnswers(root, count)));

  const name = `${count} answers, each until the waiting code runs`;
  for (const [floor, which] of [
    ["a page appended and fdatasync", "syncs"],
    ["a commit of one row", "commits"],
  ] as const)
    for (const [share, of] of [
      ["median", median],
      ["99 of 100", (seconds: readonly number[]) => quantile(seconds, 0.99)],
    ] as const)
      yield timeLine(
        { name: `${name}, ${share}`, durability: "FULL", peer: `${floor}, ${share}` },
        besideOf(taken.map((one) => [of(one.answers), of(one[which])])),
      );
  yield costLine(
    { name: `${name}, median over that of fdatasync`, unit: "s", durability: "FULL", peer: "target" },
    median(taken.map((one) => median(one.answers) - median(one.syncs))),
    OVER_SYNC_SECONDS,
  );
}

/** What has few, to stand beside. */
const FEW = 100;
/** Answers of one process to runs that wait in the store. */
const ALONE = 10;
/** What a run that waits may hold, in bytes: 40 MB for 100,000. */
const TARGET_BYTES = 400;

/** What two stores were seen to do, in turns: the one with many, and the one with few. */
type Pairs<T> = readonly (readonly [many: T, few: T])[];

async function parkedRuns(scratch: string, { isSmall, pairs }: Size): Promise<readonly Line[]> {
  const runs = isSmall ? 1_000 : 100_000;
  const together = isSmall ? 200 : 10_000;
  const idleMs = isSmall ? 500 : 20_000;
  const [many, few] = [join(scratch, "many"), join(scratch, "few")];
  // Each tells of its own process alone; nothing here is timed.
  const held = await Promise.all([
    parkRuns(many, { runs, idleMs, isSmall }),
    parkRuns(few, { runs: FEW, idleMs, isSmall }),
  ]);
  const opened: (readonly [Opened, Opened])[] = [];
  for (let pair = 0; pair < pairs; pair++) opened.push([await openGates(many), await openGates(few)]);
  const woken: (readonly [Woken, Woken])[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const isLast = pair === pairs - 1;
    woken.push([
      await wakeRuns(many, { alone: ALONE, together: isLast ? together : 0 }),
      await wakeRuns(few, { alone: ALONE, together: 0 }),
    ]);
  }
  return [
    ...memoryLines(runs, held, opened),
    ...wakeLines(runs, woken),
    ...wakeAllLines(together, woken.at(-1)?.[0]),
    ...readyLines(runs, opened),
  ];
}

function memoryLines(
  runs: number,
  [many, few]: readonly [Idle, Idle],
  opened: Pairs<Opened>,
): readonly Line[] {
  const each = (bytes: number) => bytes / (runs - FEW);
  const name = `${runs} parked runs, memory per run over ${FEW}`;
  const shared = { unit: "B", durability: "FULL", peer: "target" } as const;
  const again = median(opened.map(([more, less]) => more.bytes - less.bytes));
  return [
    costLine(
      { ...shared, name: `${name}, process that launched them` },
      each(many.bytes - few.bytes),
      TARGET_BYTES,
    ),
    costLine({ ...shared, name: `${name}, started again` }, each(again), TARGET_BYTES),
    plainLine(
      { name: `${runs} parked runs, share of a core while nothing is to do`, unit: "%", durability: "FULL" },
      100 * many.cpuShare,
    ),
  ];
}

const wakeLines = (runs: number, woken: Pairs<Woken>): readonly Line[] => [
  timeLine(
    {
      name: `one answer to ${runs} parked runs, until its code runs, median`,
      durability: "FULL",
      peer: `${FEW} parked`,
    },
    besideOf(woken.map(([many, few]) => [median(many.alone), median(few.alone)])),
  ),
];

function wakeAllLines(runs: number, woken: Woken | undefined): readonly Line[] {
  const name = `${runs} parked runs answered at once, all ended`;
  const shared = { unit: "s", durability: "FULL" } as const;
  return [
    plainLine({ ...shared, name: `${name}, in lists of 500` }, woken?.inLists ?? Number.NaN),
    plainLine({ ...shared, name: `${name}, one by one` }, woken?.oneByOne ?? Number.NaN),
  ];
}

/** A page of the inbox is as long with few as with many. */
function readyLines(runs: number, opened: Pairs<Opened>): readonly Line[] {
  const of: readonly (readonly [string, (one: Opened) => number])[] = [
    ["engine open and file loaded", ({ ready }) => ready],
    ["first page of the inbox", ({ inbox }) => inbox],
    ["first decision", ({ decision }) => decision],
    ["open, inbox and decision", ({ ready, inbox, decision }) => ready + inbox + decision],
  ];
  return of.map(([what, seconds]) =>
    timeLine(
      { name: `${runs} open gates, ${what}`, durability: "FULL", peer: `${FEW} open gates` },
      besideOf(opened.map(([many, few]) => [seconds(many), seconds(few)])),
    ),
  );
}
