import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { installBuilt, ROOT } from "../measuring/installed.ts";
import { rounded } from "../measuring/lines.ts";
import type { Row } from "../measuring/row.ts";

/** The example whose types cost the checker most, and a workflow that uses next to nothing of them. */
const HARDEST = "alignment/workflow.ts";
const EASIEST = "workflows/trivial.ts";

/** What the types of the SDK cost a user's compiler: an example beside a file that imports the SDK and hardly uses it. */
export const typeCheck: Row = {
  name: "type-check",
  async *run() {
    const { project } = installBuilt();
    cpSync(join(ROOT, "examples/alignment"), join(project, "alignment"), { recursive: true });
    const [hardest, easiest] = [checkFile(project, HARDEST), checkFile(project, EASIEST)];
    for (const [measure, unit, scale] of MEASURES) {
      const [value, peerValue] = [hardest(measure) * scale, easiest(measure) * scale];
      yield {
        name: `tsc on examples/${HARDEST}, ${measure.toLowerCase()}`,
        unit,
        durability: "none",
        value: rounded(value),
        peer: "a workflow of one task",
        peerValue: rounded(peerValue),
        ratio: rounded(peerValue / value),
      };
    }
  },
};

/** As the compiler names them; its memory is in thousands of bytes. */
const MEASURES = [
  ["Check time", "s", 1],
  ["Total time", "s", 1],
  ["Instantiations", "", 1],
  ["Memory used", "MB", 1 / 1000],
] as const;

/** Checks a file against the published declarations, as a user's compiler would. */
function checkFile(project: string, file: string): (measure: string) => number {
  const settings = join(project, `tsconfig.${basename(file)}.json`);
  const options = { typeRoots: [join(ROOT, "node_modules/@types")], noEmit: true };
  const config = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: options,
    include: [],
    files: [file],
  };
  writeFileSync(settings, JSON.stringify(config));
  const args = [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", settings, "--extendedDiagnostics"];
  const report = execFileSync(process.execPath, args, { encoding: "utf8" });
  return (measure) => Number(new RegExp(`^${measure}:\\s+([\\d.]+)`, "m").exec(report)?.[1]);
}
