import { measure } from "../measure.ts";
import type { Line, Row } from "../row.ts";

const FILE = new URL("../workflows/no-op.ts", import.meta.url).pathname;

/** Row 5: width. The rate must not fall with it, and what is over the window must cost little memory. */
export const width: Row = {
  name: "width",
  async *run(size) {
    const [small, ...wide] = size.isSmall ? [2_000, 20_000] : [10_000, 100_000, 1_000_000];
    const base = await fanOut(small);
    for (const tasks of wide) {
      const one = await fanOut(tasks);
      yield line(`${tasks} tasks wide, rate`, {
        value: Math.round(one.rate),
        unit: "tasks/s",
        peer: `${small} wide`,
        peerValue: Math.round(base.rate),
        ratio: round(one.rate / base.rate),
      });
      const bytes = (one.peakBytes - base.peakBytes) / (tasks - small);
      yield line(`${tasks} tasks wide, memory per task over the window`, {
        value: Math.round(bytes),
        unit: "B",
        peer: "target of 250 B",
        peerValue: 250,
        ratio: round(250 / bytes),
      });
    }
  },
};

async function fanOut(tasks: number): Promise<{ rate: number; peakBytes: number }> {
  const { seconds, peakBytes } = await measure({
    file: FILE,
    name: "fan-out-light",
    args: { width: tasks },
    check: "none",
    warm: false,
  });
  return { rate: tasks / seconds, peakBytes };
}

const line = (name: string, rest: Pick<Line, "value" | "unit" | "peer" | "peerValue" | "ratio">): Line => ({
  name,
  durability: "NORMAL",
  ...rest,
});
const round = (value: number): number => Number(value.toPrecision(3));
