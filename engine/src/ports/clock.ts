/** Time from outside, so that tests and the simulator own it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once at or after `atMs`; the returned function takes it back. */
  at(atMs: number, callback: () => void): () => void;
  /** Calls back again and again, `ms` apart; the returned function stops it. */
  every(ms: number, callback: () => void): () => void;
  /** Calls back when what happens now is over: the next turn of the loop. */
  soon(callback: () => void): void;
}
