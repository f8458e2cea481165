import type { Tube } from "./model.ts";

/** A column in figures. */
export interface ColumnProfile {
  readonly column: "concentration" | "volume";
  readonly missing: number;
  readonly smallest: number | null;
  readonly median: number | null;
  readonly largest: number | null;
}

export function profileColumns(tubes: readonly Tube[]): ColumnProfile[] {
  return (["concentration", "volume"] as const).map((column) => {
    const known = tubes.map((tube) => tube[column]).filter((value) => value !== null);
    const sorted = known.toSorted((a, b) => a - b);
    return {
      column,
      missing: tubes.length - known.length,
      smallest: sorted[0] ?? null,
      median: sorted[Math.floor(sorted.length / 2)] ?? null,
      largest: sorted.at(-1) ?? null,
    };
  });
}

/** What became of a tube since the last snapshot. */
export interface Difference {
  readonly tube: string;
  readonly difference: "added" | "removed" | "changed";
  readonly before: string;
  readonly now: string;
}

/** Tubes that are new, gone or listed otherwise, in the order of their barcodes. */
export function differencesBetween(last: readonly Tube[], tubes: readonly Tube[]): Difference[] {
  const [before, now] = [last, tubes].map(
    (list) => new Map(list.map((tube) => [tube.tube, contentsOf(tube)])),
  );
  const barcodes = new Set([...last, ...tubes].map(({ tube }) => tube));
  return [...barcodes].toSorted().flatMap((tube) => {
    const [was, is] = [before?.get(tube), now?.get(tube)];
    if (was === is) return [];
    const difference = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    return [{ tube, difference, before: was ?? "", now: is ?? "" } as const];
  });
}

const contentsOf = ({ tissue, concentration, volume }: Tube): string =>
  `${tissue}, ${concentration === null ? "not measured" : `${concentration} ng/µl`}, ${volume} µl`;
