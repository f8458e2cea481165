import { join } from "node:path";
import { alternate } from "../measuring/alternate.ts";
import { installBuilt, ROOT } from "../measuring/installed.ts";
import { timeLine } from "../measuring/lines.ts";
import { inScratch, timeCommand, workflowFile } from "../measuring/programs.ts";
import type { Line, Row } from "../measuring/row.ts";

interface Started {
  readonly name: string;
  readonly args: readonly string[];
}

/** Row 11: starts of the program, built and from its sources, and of the SDK alone, beside a Node that does nothing. */
export const start: Row = {
  name: "start",
  run: ({ isSmall }) => startLines(isSmall ? 1 : 15),
};

async function* startLines(pairs: number): AsyncIterable<Line> {
  const { project, program } = installBuilt();
  const imports = ["@ligase/sdk", "ligase"].map((name) => ({
    name: `import "${name}", built`,
    args: ["--input-type=module", "-e", `await import("${name}")`],
  }));
  const built = await inScratch((store) =>
    measureAll(commands("built", { program, file: workflowFile("trivial"), store })),
  );
  const sources = {
    program: join(ROOT, "cli/bin/ligase.js"),
    file: join(ROOT, "benchmarks/workflows/trivial.ts"),
  };
  const source = await inScratch((store) => measureAll(commands("from source", { ...sources, store })));
  yield* [...built, ...source, ...(await measureAll(imports))];

  async function measureAll(all: readonly Started[]): Promise<readonly Line[]> {
    const lines: Line[] = [];
    for (const { name, args } of all) {
      const ours = () => timeCommand({ program: process.execPath, args, cwd: project });
      // The first start fills the host's cache of compiled code, and makes the store.
      await ours();
      const node = () => timeCommand({ program: process.execPath, args: ["-e", "0"], cwd: project });
      const named = { name, durability: "none", peer: "node -e 0" } as const;
      lines.push(timeLine(named, await alternate(pairs, ours, node)));
    }
    return lines;
  }
}

interface Place {
  readonly program: string;
  readonly file: string;
  readonly store: string;
}

function commands(label: string, { program, file, store }: Place): readonly Started[] {
  const at = ["--root", store];
  return [
    { name: `ligase --version, ${label}`, args: [program, "--version"] },
    { name: `ligase --help, ${label}`, args: [program, "--help"] },
    {
      name: `ligase run of one task, ${label}`,
      args: [program, "run", ...at, "--check", "none", file, "trivial"],
    },
    { name: `ligase run, all cached, ${label}`, args: [program, "run", ...at, file, "trivial"] },
    { name: `ligase runs, ${label}`, args: [program, "runs", ...at] },
  ];
}
