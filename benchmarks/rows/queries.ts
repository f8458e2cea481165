import { statSync } from "node:fs";
import { join } from "node:path";
import { runLaunches } from "../measuring/launches.ts";
import { plainLine, timeLine } from "../measuring/lines.ts";
import { inScratch, runProgram } from "../measuring/programs.ts";
import type { Row } from "../measuring/row.ts";

export interface QueriesInput {
  readonly root: string;
  /** How often each question is asked. */
  readonly times: number;
}

const FEW_RUNS = 10;

type Seconds = Readonly<Record<string, number>>;

interface Asked {
  readonly seconds: Seconds;
  /** Of the store without the index of the search, which the questions make. */
  readonly bytes: number;
}

/**
 * Row 14: questions to a store of a million jobs beside the same on a store of ten thousand. Both are made by real runs
 * of equal size, so that an answer is as long on one as on the other.
 */
export const queries: Row = {
  name: "queries",
  async *run(size) {
    const [perRun, runs] = size.isSmall ? [100, 50] : [1_000, 1_000];
    const few = await askStore(perRun, FEW_RUNS);
    const many = await askStore(perRun, runs);
    yield plainLine(
      { name: `store size per job, ${perRun * runs} jobs`, durability: "none", unit: "bytes" },
      many.bytes / (perRun * runs),
    );
    for (const [name, seconds] of Object.entries(many.seconds)) {
      const peerSeconds = few.seconds[name] ?? Number.NaN;
      yield timeLine(
        {
          name: `${name}, ${perRun * runs} jobs in the store`,
          durability: "none",
          peer: `${perRun * FEW_RUNS} jobs in the store`,
        },
        { seconds, peerSeconds, ratio: peerSeconds / seconds },
      );
    }
  },
};

const askStore = (jobsPerRun: number, runs: number): Promise<Asked> =>
  inScratch(async (root) => {
    // Two jobs for each item.
    const width = jobsPerRun / 2;
    const launches = Array.from({ length: runs }, (_, index) => ({
      name: "fan-out-in-pairs",
      args: { from: index * width, width },
      check: "proof" as const,
    }));
    await runLaunches(root, "no-op", launches);
    const bytes = statSync(join(root, "store.db")).size;
    return {
      bytes,
      seconds: await runProgram<Seconds>("queries", { root, times: 21 } satisfies QueriesInput),
    };
  });
