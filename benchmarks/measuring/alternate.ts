/** Medians of seconds that two took in turns. */
export interface Beside {
  readonly seconds: number;
  readonly peerSeconds: number;
  /** Median of how many times faster than the peer, pair by pair: what disturbs a pair disturbs both. */
  readonly ratio: number;
}

/** Lets two take turns and gives the medians. Each gives the seconds that it took. */
export async function alternate(
  pairs: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Beside> {
  const taken: [number, number][] = [];
  for (let pair = 0; pair < pairs; pair++) taken.push([await ours(), await theirs()]);
  return besideOf(taken);
}

/** The medians of pairs that were already taken: ours, theirs. */
export function besideOf(taken: readonly (readonly [number, number])[]): Beside {
  return {
    seconds: median(taken.map(([ours]) => ours)),
    peerSeconds: median(taken.map(([, theirs]) => theirs)),
    ratio: median(taken.map(([ours, theirs]) => theirs / ours)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that a share of all lies at or below: 0.99 leaves out the slowest hundredth. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
