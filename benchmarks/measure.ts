import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** What one process measured of one run. */
export interface Measured {
  readonly seconds: number;
  /** Highest resident memory of the process. */
  readonly peakBytes: number;
}

export interface Launch {
  readonly file: string;
  readonly name: string;
  readonly args: unknown;
  /** Runs before the measured one, in the same store: `warm` fills the cache. */
  readonly check: "proof" | "full" | "none";
  readonly warm: boolean;
}

/** Runs one launch in a process of its own, on a store of its own, and gives what it took. */
export async function measure(launch: Launch): Promise<Measured> {
  const root = mkdtempSync(join(tmpdir(), "ligase-bench-"));
  try {
    const program = new URL("./measured-run.ts", import.meta.url).pathname;
    const input = JSON.stringify({ ...launch, root });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", program, input],
      { maxBuffer: 1 << 20 },
    );
    return JSON.parse(stdout) as Measured;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};
