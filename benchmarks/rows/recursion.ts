import { median } from "../measuring/alternate.ts";
import { measureLaunches } from "../measuring/launches.ts";
import { plainLine, timeLine } from "../measuring/lines.ts";
import type { Line, Row, Size } from "../measuring/row.ts";

/** Rows 3 and 4: work that is linear in distinct calls, and depth that only memory bounds. */
export const recursion: Row = {
  name: "recursion",
  async *run(size) {
    for (const n of size.isSmall ? [20] : [20, 30]) yield* fibonacci(n, size);
    for (const [name, of] of [
      ["chain", "chain of nested calls"],
      ["down", "recursion"],
    ] as const) {
      yield* depth(name, of, size.isSmall ? [500, 5_000] : [10_000, 100_000]);
    }
  },
};

/** Replayed may be no slower than computed, every call looked up. */
async function* fibonacci(n: number, size: Size): AsyncIterable<Line> {
  const taken: (readonly [number, number])[] = [];
  for (let pair = 0; pair < size.pairs; pair++) {
    const launch = { name: "fib", args: { n } };
    const checks = ["none", "full"] as const;
    const { seconds } = await measureLaunches(
      "recursion",
      checks.map((check) => ({ ...launch, check })),
    );
    taken.push([seconds[0] ?? 0, seconds[1] ?? 0]);
  }
  const cold = median(taken.map(([seconds]) => seconds));
  yield plainLine({ name: `fib(${n}), cold, first run`, unit: "s", durability: "NORMAL" }, cold);
  yield timeLine(
    { name: `fib(${n}), replay, every call looked up`, durability: "NORMAL", peer: "the same cold" },
    {
      seconds: median(taken.map(([, seconds]) => seconds)),
      peerSeconds: cold,
      ratio: median(taken.map(([first, again]) => first / again)),
    },
  );
}

/** One run of each depth: linear work and memory show as ratios near 1. */
async function* depth(
  name: string,
  of: string,
  [small, large]: readonly [number, number],
): AsyncIterable<Line> {
  const run = async (levels: number) => {
    const args = name === "chain" ? { depth: levels } : { n: levels };
    const { seconds, peakBytes } = await measureLaunches("recursion", [{ name, args, check: "none" }]);
    return { rate: levels / (seconds[0] ?? 0), bytes: peakBytes / levels };
  };
  const [less, more] = [await run(small), await run(large)];
  const shared = { durability: "NORMAL", peer: `${small} deep` } as const;
  yield {
    ...shared,
    name: `${of}, ${large} deep, rate`,
    unit: "levels/s",
    value: Math.round(more.rate),
    peerValue: Math.round(less.rate),
    ratio: Number((more.rate / less.rate).toPrecision(3)),
  };
  yield {
    ...shared,
    name: `${of}, ${large} deep, peak memory of the process per level`,
    unit: "B",
    value: Math.round(more.bytes),
    peerValue: Math.round(less.bytes),
    ratio: Number((less.bytes / more.bytes).toPrecision(3)),
  };
}
