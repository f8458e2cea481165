import { measureFloor, type Floor } from "../floor.ts";
import { measure, median } from "../measure.ts";
import type { Line, Row, Size } from "../row.ts";

const FILE = new URL("../workflows/no-op.ts", import.meta.url).pathname;

/** Rows 1 and 2: no-op tasks with full provenance, cold and replayed, as a share of the floor of the same minutes. */
export const noOp: Row = {
  name: "no-op",
  async *run(size) {
    for (const tasks of size.isSmall ? [1_000] : [1_000, 10_000, 100_000]) {
      for (const executor of ["light", "pooled"] as const) {
        yield* pair({
          label: `${tasks} no-op tasks, ${executor === "light" ? "inline" : "process pool"}, cold`,
          executor,
          tasks,
          size,
          check: "none",
          floor: "coldPerSecond",
        });
      }
      yield* pair({
        label: `${tasks} no-op tasks, replay, full check`,
        executor: "light",
        tasks,
        size,
        check: "full",
        floor: "cachedPerSecond",
      });
      yield* pair({
        label: `${tasks} no-op tasks, replay, subtree proof`,
        executor: "light",
        tasks,
        size,
        check: "proof",
        floor: "cachedPerSecond",
      });
    }
  },
};

interface Pair {
  readonly label: string;
  readonly executor: "light" | "pooled";
  readonly tasks: number;
  readonly size: Size;
  readonly check: "none" | "full" | "proof";
  readonly floor: keyof Floor;
}

async function* pair({ label, executor, tasks, size, check, floor }: Pair): AsyncIterable<Line> {
  const rates: number[] = [];
  const floors: number[] = [];
  const ratios: number[] = [];
  for (let index = 0; index < size.pairs; index++) {
    const bare = measureFloor(tasks)[floor];
    const { seconds } = await measure({
      file: FILE,
      name: `fan-out-${executor}`,
      args: { width: tasks },
      check,
      warm: check !== "none",
    });
    rates.push(tasks / seconds);
    floors.push(bare);
    ratios.push(tasks / seconds / bare);
  }
  yield {
    name: label,
    value: Math.round(median(rates)),
    unit: "tasks/s",
    durability: "NORMAL",
    peer: "floor",
    peerValue: Math.round(median(floors)),
    ratio: round(median(ratios)),
  };
}

const round = (value: number): number => Number(value.toPrecision(3));
