import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { besideOf } from "../../measuring/alternate.ts";
import { timeLine } from "../../measuring/lines.ts";
import { inScratch, timeCommand } from "../../measuring/programs.ts";
import type { Line, Row, Size } from "../../measuring/row.ts";
import { timeLigaseRun } from "../command-line.ts";
import { installPythonPeers } from "../install.ts";
import { PYTHON_PEERS } from "../versions.ts";

/** Beside redun, each as its users start it: one command, on an empty store and then on what that left. */
export const redun: Row = {
  name: "redun",
  async *run(size) {
    const programs = installPythonPeers();
    for (const work of workOf(size)) yield* compare(work, { programs, pairs: work.pairs ?? size.pairs });
  },
};

interface Work {
  readonly name: string;
  readonly ligase: { readonly file: string; readonly name: string; readonly flags: readonly string[] };
  readonly redun: readonly string[];
  /** Where one pair takes minutes. */
  readonly pairs?: number;
}

function workOf({ isSmall }: Size): readonly Work[] {
  const [width, n, scripts] = isSmall ? [50, 8, 20] : [1_000, 20, 500];
  return [
    {
      name: "trivial run",
      ligase: { file: "trivial", name: "trivial", flags: [] },
      redun: ["trivial"],
    },
    {
      name: `${width} no-op tasks, process pool`,
      ligase: { file: "no-op", name: "fan-out-pooled", flags: ["--width", `${width}`] },
      redun: ["fan_out", "--width", `${width}`],
    },
    {
      name: `${width} no-op tasks, inline`,
      ligase: { file: "no-op", name: "fan-out-light", flags: ["--width", `${width}`] },
      redun: ["fan_out", "--width", `${width}`],
    },
    {
      name: `${scripts} scripts that echo`,
      ligase: { file: "scripts", name: "echoes", flags: ["--width", `${scripts}`] },
      redun: ["echo_all", "--width", `${scripts}`],
    },
    {
      name: `fib(${n})`,
      ligase: { file: "recursion", name: "fib", flags: ["--n", `${n}`] },
      redun: ["fib", "--n", `${n}`],
      // Its re-run takes minutes: its work grows with paths.
      ...(isSmall ? {} : { pairs: 1 }),
    },
  ];
}

interface Place {
  readonly programs: string;
  readonly pairs: number;
}

async function* compare(
  { name, ligase, redun: args }: Work,
  { programs, pairs }: Place,
): AsyncIterable<Line> {
  const cold: (readonly [number, number])[] = [];
  const cached: (readonly [number, number])[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    await inScratch(async (root) => {
      const ours = () => timeLigaseRun({ root, ...ligase });
      const theirs = () => timeRedun(root, programs, args);
      cold.push([await ours(), await theirs()]);
      cached.push([await ours(), await theirs()]);
    });
  }
  const note = pairs === 1 ? " (one pair)" : "";
  // Redun's SQLite has its defaults, a rollback journal with an fsync per commit; of ours only the end is FULL.
  const named = { durability: "NORMAL", peer: `redun ${PYTHON_PEERS.redun} (FULL)` } as const;
  yield timeLine({ ...named, name: `${name}, cold${note}` }, besideOf(cold));
  yield timeLine({ ...named, name: `${name}, cached${note}` }, besideOf(cached));
}

function timeRedun(root: string, programs: string, args: readonly string[]): Promise<number> {
  const cwd = join(root, "redun");
  mkdirSync(cwd, { recursive: true });
  copyFileSync(fileURLToPath(new URL("./workflow.py", import.meta.url)), join(cwd, "workflow.py"));
  return timeCommand({ program: join(programs, "redun"), args: ["run", "workflow.py", ...args], cwd });
}
