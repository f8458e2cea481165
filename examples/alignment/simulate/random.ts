/** A seeded source of numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A whole number in [0, limit). */
  readonly below: (limit: number) => number;
  /** A draw from a bell curve with mean 0 and standard deviation 1, never beyond ±6. */
  readonly bell: () => number;
}

/** Starts the sequence named by `seed` and `stream`; two streams of one seed are independent of each other. */
export function randomFrom(seed: number, stream: string): Random {
  let state = seedOf(seed, stream);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return mixed(state) / 2 ** 32;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    bell: () => sumOfTwelve(next) - 6,
  };
}

/** Close to a bell curve, and free of logarithm and cosine, whose last digit differs between machines. */
function sumOfTwelve(next: () => number): number {
  let sum = 0;
  for (let draws = 0; draws < 12; draws += 1) sum += next();
  return sum;
}

/** FNV-1a over the seed and the stream's name, so that near seeds start far apart. */
function seedOf(seed: number, stream: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}:${stream}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | 0;
}

/** The mulberry32 finaliser: 32 bits in, 32 well-mixed bits out. */
function mixed(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), state | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return (bits ^ (bits >>> 14)) >>> 0;
}
