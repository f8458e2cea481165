import type { FoundFile } from "./file-pattern.ts";

/** A file that nobody wrote to for so long counts as whole. */
const SETTLED_MS = 1_000;

interface Seen {
  readonly look: string;
  readonly sinceMs: number;
}

/**
 * Tells files that are whole from those that are being written: nothing was written to them for a second, by their change
 * time, which nobody can set back, or since they were first seen so, where their clock is ahead of ours.
 */
export class WholeFiles {
  #seen = new Map<string, Seen>();

  /** Of all files that are there now, those that are whole and those that may not be. */
  sort(
    files: readonly FoundFile[],
    nowMs: number,
  ): { readonly whole: readonly FoundFile[]; readonly others: readonly FoundFile[] } {
    const before = this.#seen;
    this.#seen = new Map();
    const [whole, others]: [FoundFile[], FoundFile[]] = [[], []];
    for (const file of files) {
      const look = lookOf(file);
      const last = before.get(file.path);
      const sinceMs = last?.look === look ? last.sinceMs : nowMs;
      const old = isOld(file, nowMs);
      (old || nowMs - sinceMs >= SETTLED_MS ? whole : others).push(file);
      if (!old) this.#seen.set(file.path, { look, sinceMs });
    }
    return { whole, others };
  }
}

const isOld = ({ stats }: FoundFile, nowMs: number): boolean => nowMs - Number(stats.ctimeMs) >= SETTLED_MS;

const lookOf = ({ stats }: FoundFile): string =>
  `${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.ino}`;

/** What names a version of a file: the same for all who look at it. */
export const versionOf = ({ stats }: FoundFile): string => `${stats.size} ${stats.mtimeNs}`;
