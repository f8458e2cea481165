import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { besideOf } from "../../measuring/alternate.ts";
import { timeLine } from "../../measuring/lines.ts";
import { inScratch, timeCommand } from "../../measuring/programs.ts";
import type { Row } from "../../measuring/row.ts";
import { timeLigaseRun } from "../command-line.ts";
import { installPythonPeers } from "../install.ts";
import { PYTHON_PEERS } from "../versions.ts";

/** Row 8: shell tasks that each write a file, beside Snakemake's rules on two cores, and the same when nothing is to do. */
export const snakemake: Row = {
  name: "snakemake",
  async *run({ isSmall, pairs }) {
    const width = isSmall ? 20 : 500;
    const snakemakeProgram = join(installPythonPeers(), "snakemake");
    const cold: (readonly [number, number])[] = [];
    const again: (readonly [number, number])[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      await inScratch(async (root) => {
        const flags = ["--width", `${width}`];
        const ours = () => timeLigaseRun({ root, file: "scripts", name: "files", flags });
        const theirs = () => timeSnakemake(snakemakeProgram, join(root, "snakemake"), width);
        cold.push([await ours(), await theirs()]);
        again.push([await ours(), await theirs()]);
      });
    }
    const named = { durability: "NORMAL", peer: `snakemake ${PYTHON_PEERS.snakemake} -j2 (none)` } as const;
    yield timeLine({ ...named, name: `${width} shell tasks with output files` }, besideOf(cold));
    yield timeLine({ ...named, name: `the same with nothing to do` }, besideOf(again));
  },
};

function timeSnakemake(program: string, cwd: string, width: number): Promise<number> {
  mkdirSync(cwd, { recursive: true });
  copyFileSync(fileURLToPath(new URL("./Snakefile", import.meta.url)), join(cwd, "Snakefile"));
  return timeCommand({ program, args: ["--cores", "2", "--config", `width=${width}`], cwd });
}
