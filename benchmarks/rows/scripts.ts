import { availableParallelism } from "node:os";
import { besideOf } from "../measuring/alternate.ts";
import { measureLaunches } from "../measuring/launches.ts";
import { rateLine } from "../measuring/lines.ts";
import { inScratch, runProgram, timeCommand, workflowFile } from "../measuring/programs.ts";
import type { Row } from "../measuring/row.ts";

export interface WhileQueuedInput {
  readonly root: string;
  readonly file: string;
  readonly name: string;
  readonly args: unknown;
  /** Jobs that end before the clock starts. */
  readonly skip: number;
  readonly count: number;
}

/**
 * Row 7: script tasks with exit code, logs and rows beside `xargs`, which starts a process for each and keeps nothing. A
 * script is a process, a shell; what it calls is one more.
 */
export const scripts: Row = {
  name: "scripts",
  async *run(size) {
    const [count, queued] = size.isSmall ? [100, 2_000] : [2_000, 200_000];
    const taken: Record<"alone" | "programs" | "queued" | "xargs", number>[] = [];
    for (let pair = 0; pair < size.pairs; pair++) {
      taken.push({
        alone: await measureScripts("nothings", count),
        programs: await measureScripts("start-programs", count),
        queued: await measureWhileQueued(count, queued),
        xargs: await timeXargs(count),
      });
    }
    const cores = availableParallelism();
    const named = {
      unit: "scripts/s",
      durability: "NORMAL",
      peer: `xargs -P${cores} -n1 /bin/true`,
    } as const;
    const line = (name: string, which: "alone" | "programs" | "queued") =>
      rateLine({ ...named, name }, count, besideOf(taken.map((pair) => [pair[which], pair.xargs])));
    yield line(`${count} scripts that do nothing, warm engine`, "alone");
    yield line(`${count} of them while ${queued} are queued`, "queued");
    yield line(`${count} scripts that start /bin/true, warm engine`, "programs");
  },
};

async function measureScripts(name: string, width: number): Promise<number> {
  const launch = { name, check: "none" } as const;
  const { seconds } = await measureLaunches("scripts", [
    { ...launch, args: { width: 50 } },
    { ...launch, args: { width } },
  ]);
  return seconds[1] ?? Number.NaN;
}

const measureWhileQueued = (count: number, queued: number): Promise<number> =>
  inScratch((root) => {
    const input: WhileQueuedInput = {
      root,
      file: workflowFile("scripts"),
      name: "nothings",
      args: { width: queued },
      skip: Math.ceil(count / 4),
      count,
    };
    return runProgram<number>("rate-while-queued", input);
  });

const timeXargs = (count: number): Promise<number> =>
  timeCommand({
    program: "sh",
    args: ["-c", `seq ${count} | xargs -P${availableParallelism()} -n1 /bin/true`],
  });
