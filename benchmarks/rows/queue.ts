import { costLine, plainLine } from "../measuring/lines.ts";
import { inScratch, runProgram, workflowFile } from "../measuring/programs.ts";
import type { Row } from "../measuring/row.ts";

export interface QueueInput {
  readonly root: string;
  readonly file: string;
  readonly width: number;
}

export interface QueueMeasured {
  /** Jobs that were in line when nothing more came. */
  readonly queued: number;
  /** What the heap holds more than before the launch, after a collection. */
  readonly bytes: number;
}

/** What a task over the window may hold. */
const TARGET_BYTES = 250;

/** Row 5: what the scheduler holds of tasks that wait. Over the window a task should be no more than an item of a list. */
export const queue: Row = {
  name: "queue",
  async *run(size) {
    const [small, ...wide] = size.isSmall ? [10_000, 20_000] : [10_000, 100_000, 1_000_000];
    const base = await measureQueue(small);
    const named = { durability: "none", unit: "MB" } as const;
    yield plainLine({ ...named, name: `${small} tasks queued, heap of the scheduler` }, base.bytes / 1e6);
    for (const width of wide) {
      const { bytes, queued } = await measureQueue(width);
      const name = `${width} tasks queued, heap of the scheduler (${queued} of them are jobs)`;
      yield plainLine({ ...named, name }, bytes / 1e6);
      const each = (bytes - base.bytes) / (width - small);
      yield costLine(
        {
          name: `${width} tasks queued, heap per task over the first ${small}`,
          durability: "none",
          unit: "B",
          peer: "target",
        },
        each,
        TARGET_BYTES,
      );
    }
  },
};

const measureQueue = (width: number): Promise<QueueMeasured> =>
  inScratch((root) => {
    const input: QueueInput = { root, file: workflowFile("held"), width };
    return runProgram<QueueMeasured>("queue", input, ["--expose-gc"]);
  });
