import { measure, median, type Launch } from "../measure.ts";
import type { Line, Row, Size } from "../row.ts";

const FILE = new URL("../workflows/recursion.ts", import.meta.url).pathname;

/** Rows 3 and 4: work that is linear in distinct calls, and depth that only memory bounds. */
export const recursion: Row = {
  name: "recursion",
  async *run(size) {
    for (const n of size.isSmall ? [20] : [20, 30]) {
      const cold = await times(size, { name: "fib", args: { n }, check: "none" });
      const cached = await times(size, { name: "fib", args: { n }, check: "full" });
      yield line(`fib(${n}), cold`, cold);
      // Cached may be no slower than cold: every call looked up.
      yield {
        ...line(`fib(${n}), replay, full check`, cached),
        peer: "the same cold",
        peerValue: round(cold),
        ratio: round(cold / cached),
      };
    }
    const depth = size.isSmall ? 5_000 : 100_000;
    yield line(
      `chain of ${depth} nested calls`,
      await times(size, { name: "chain", args: { depth }, check: "none" }),
    );
    yield line(
      `recursion of depth ${depth}`,
      await times(size, { name: "down", args: { n: depth }, check: "none" }),
    );
  },
};

async function times(size: Size, launch: Pick<Launch, "name" | "args" | "check">): Promise<number> {
  const seconds: number[] = [];
  for (let index = 0; index < size.pairs; index++) {
    seconds.push((await measure({ file: FILE, warm: launch.check === "full", ...launch })).seconds);
  }
  return median(seconds);
}

const line = (name: string, seconds: number): Line => ({
  name,
  value: round(seconds),
  unit: "s",
  durability: "NORMAL",
  peer: null,
  peerValue: null,
  ratio: null,
});
const round = (value: number): number => Number(value.toPrecision(3));
