import { measureLaunches } from "../measuring/launches.ts";
import { rounded } from "../measuring/lines.ts";
import type { Row } from "../measuring/row.ts";

/** Row 5: width. The rate must not fall with it. One run of each width. */
export const width: Row = {
  name: "width",
  async *run(size) {
    const [small, ...wide] = size.isSmall ? [2_000, 20_000] : [10_000, 100_000, 1_000_000];
    const base = await fanOut(small);
    for (const tasks of wide) {
      const one = await fanOut(tasks);
      const shared = { durability: "NORMAL", peer: `${small} wide` } as const;
      yield {
        ...shared,
        name: `${tasks} tasks wide, inline, rate`,
        unit: "tasks/s",
        value: Math.round(one.rate),
        peerValue: Math.round(base.rate),
        ratio: rounded(one.rate / base.rate),
      };
      yield {
        ...shared,
        name: `${tasks} tasks wide, inline, peak memory of the process`,
        unit: "MB",
        value: Math.round(one.peakBytes / 1e6),
        peerValue: Math.round(base.peakBytes / 1e6),
        ratio: rounded(base.peakBytes / one.peakBytes),
      };
    }
  },
};

async function fanOut(tasks: number): Promise<{ rate: number; peakBytes: number }> {
  const launch = { name: "fan-out-light", args: { width: tasks }, check: "none" } as const;
  const { seconds, peakBytes } = await measureLaunches("no-op", [launch]);
  return { rate: tasks / (seconds[0] ?? 0), peakBytes };
}
