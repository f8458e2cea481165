/** One line of the benchmark. `ratio` is how many times better than the peer, or the share of the floor: greater is better. */
export interface Line {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What Ligase promises when it counts as done: NORMAL survives a crash of the process, FULL a power cut too. */
  readonly durability: "NORMAL" | "FULL" | "none";
  readonly peer: string | null;
  readonly peerValue: number | null;
  readonly ratio: number | null;
}

export interface Size {
  /** True in CI: small enough to take seconds, large enough that the code cannot rot. */
  readonly isSmall: boolean;
  /** Alternating pairs of which the median is taken. */
  readonly pairs: number;
}

export interface Row {
  /** What `--only` names. */
  readonly name: string;
  readonly run: (size: Size) => AsyncIterable<Line>;
}
