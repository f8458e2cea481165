/**
 * The pipeline of this folder, from a bare machine to the comparison of aligners; a second time it takes seconds.
 *
 *     npm run demo                                   asks at the gate
 *     npm run demo -- --approve                      approves without asking
 *     npm run demo -- --reject the adapters are in   ends at the gate, with that reason
 *     npm run demo -- --genome lambda.fa             takes the genome of phage lambda from a file
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { comparisonText } from "./comparison.ts";
import { installTools } from "./install-tools.ts";
import { makeData } from "./make-data.ts";
import type { ComparisonRow } from "./model.ts";

const root = resolve(import.meta.dirname, "../..");
/** Not kept by git; relative to the root, where Ligase keeps its store as well. */
const folder = ".ligase/demo";

const { values, positionals } = parseArgs({
  options: { approve: { type: "boolean" }, reject: { type: "boolean" }, genome: { type: "string" } },
  allowPositionals: true,
});
const genome = values.genome === undefined ? undefined : resolve(values.genome);

if (installTools({ hasGenome: genome !== undefined })) {
  const out = join(root, folder, "data");
  await makeData(genome === undefined ? { out } : { out, genome });
  console.log(introduction());
  const code = await ligase([
    "run",
    "examples/alignment/workflow.ts",
    "compare-aligners",
    ...inputs(),
    ...decision(),
  ]);
  if (code === 0) console.log(await conclusion());
  process.exitCode = code;
} else process.exitCode = 1;

function inputs(): readonly string[] {
  const data = `${folder}/data`;
  return [
    `--manifest=${data}/manifest.csv`,
    `--reference=${data}/reference/lambda.fa`,
    `--results=${folder}/results`,
  ];
}

function decision(): readonly string[] {
  if (values.approve === true) return ["--approve"];
  if (values.reject !== true) return [];
  return positionals.length === 0 ? ["--reject"] : [`--reject=${positionals.join(" ")}`];
}

/** Starts the program `ligase` at this terminal and gives its exit code. */
async function ligase(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(root, "cli/bin/ligase.js"), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  // Ctrl-C is for the child, which gets it too, and this process waits for its end.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", (signal) => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

function introduction(): string {
  const ask = "The run stops once, at the gate: open the report that it shows, then approve or reject.";
  const elsewhere =
    "Decide from another terminal, in this folder, with `node cli/bin/ligase.js approve RUN quality`.";
  const isAsked = values.approve !== true && values.reject !== true;
  const steps = isAsked ? [ask, ...(process.stdin.isTTY ? [] : [elsewhere])] : [];
  return ["Two samples on two lanes each, read from phage lambda with known mutations.", ...steps, ""].join(
    "\n",
  );
}

async function conclusion(): Promise<string> {
  const results = `${folder}/results`;
  const rows = JSON.parse(await readFile(join(root, results, "comparison.json"), "utf8")) as ComparisonRow[];
  return [
    "",
    comparisonText(rows),
    "",
    `The reads        ${results}/quality.html`,
    `The alignments   ${results}/alignment.html`,
    `Of each sample   ${results}/sample-a, ${results}/sample-b`,
    "",
    "Run it again: nothing is computed anew, and the gate asks again.",
  ].join("\n");
}
