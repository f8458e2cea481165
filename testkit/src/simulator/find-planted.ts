import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Area } from "./faults.ts";
import type { PlantedFault } from "./planted-fault.ts";
import { PLANTED_FAULTS } from "./planted-faults.ts";
import { simulate } from "./simulation.ts";
import { simulateSeeds, type BrokenSeed } from "./simulate-seeds.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** What a copy must have of the repository to be simulated. */
const COPIED = ["sdk", "engine", "testkit"];
const MOST_SEEDS = 20_000;
const LIMIT_MS = 120_000;

export interface Planted {
  readonly fault: PlantedFault;
  /** The first seed that showed it, or null when none did. */
  readonly found: BrokenSeed | null;
}

/** Plants one fault after another in a copy of the repository, and simulates seeds until one breaks a rule. */
export async function* findPlanted(options: {
  readonly areas: readonly Area[];
  readonly workers: number;
  readonly faults?: readonly PlantedFault[];
}): AsyncGenerator<Planted> {
  const copy = copyRepository();
  try {
    for (const fault of options.faults ?? PLANTED_FAULTS) {
      const restore = plant(copy, fault);
      const found = await firstSeed({ ...options, copy });
      restore();
      yield { fault, found };
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The first seed that breaks a rule in the copy and none here. */
async function firstSeed(options: {
  areas: readonly Area[];
  workers: number;
  copy: string;
}): Promise<BrokenSeed | null> {
  const { areas, workers, copy } = options;
  const workerFile = join(copy, "testkit/src/simulator/seeds-worker.ts");
  for (let from = 1; from <= MOST_SEEDS;) {
    const range = { from, count: MOST_SEEDS - from + 1, limitMs: LIMIT_MS };
    const { broken } = await simulateSeeds({ ...range, areas, workers, workerFile, stopsAtFirst: true });
    const [first] = broken;
    if (first === undefined) return null;
    if ((await simulate(first.seed, { areas })).broken === null) return first;
    from = first.seed + 1;
  }
  return null;
}

/** A copy whose packages find each other, and what is installed where it is installed. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), "ligase-planted-"));
  const isCopied = (path: string): boolean => !["node_modules", "fixtures"].includes(basename(path));
  for (const folder of COPIED)
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, filter: isCopied });
  cpSync(join(ROOT, "package.json"), join(copy, "package.json"));
  mkdirSync(join(copy, "node_modules/@ligase"), { recursive: true });
  for (const folder of COPIED) symlinkSync(join(copy, folder), join(copy, "node_modules/@ligase", folder));
  const installed = readdirSync(join(ROOT, "node_modules")).filter((name) => name !== "@ligase");
  for (const name of installed)
    symlinkSync(join(ROOT, "node_modules", name), join(copy, "node_modules", name));
  return copy;
}

/** Changes one place of one file; the returned function puts it back. Throws when the place is not there. */
function plant(copy: string, { name, file, text, instead }: PlantedFault): () => void {
  const path = join(copy, file);
  const before = readFileSync(path, "utf8");
  if (before.split(text).length !== 2) throw new Error(`"${name}": its text is not once in ${file}.`);
  writeFileSync(
    path,
    before.replace(text, () => instead),
  );
  return () => writeFileSync(path, before);
}
